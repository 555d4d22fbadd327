import type { Compile } from '@dppo/agent';
import {
  type Backend,
  type BackendName,
  compile,
  type CompileOptions,
  threads,
  useBackend,
  useThreads,
} from '@dppo/engine';
import { checkMujocoLibrary, findMujocoLibrary } from '@dppo/mujoco/library';
import * as tf from '@tensorflow/tfjs';

/** Chooses what computes. */
export function chooseBackend(choice: 'auto' | BackendName): Promise<Backend> {
  return choice === 'auto' ? useBackend('tensorflow', 'wasm', 'cpu') : useBackend(choice);
}

/** Chooses what computes and says so in one line, with what was refused and why, and what is damaged and therefore not used. */
export async function startBackend(choice: 'auto' | BackendName): Promise<string> {
  const { name, refused } = await chooseBackend(choice);
  const reasons = refused.map((other) => `${other.name} did not load: ${other.reason}`);
  return [`backend ${name}`, ...reasons, ...(await damagedMujoco())].join('; ');
}

/**
 * Chooses what computes, and on how many threads, and says so; gives the options back with the number of threads where that decides how sums
 * are rounded.
 */
export async function startThreads<
  Options extends { readonly backend: 'auto' | BackendName; readonly threads?: number | undefined },
>(options: Options, say: (line: string) => void): Promise<Options> {
  if (options.threads !== undefined) useThreads(options.threads);
  say(await startBackend(options.backend));
  const name = tf.getBackend();
  if (name === 'tensorflow') return { ...options, threads: threads() };
  if (options.threads !== undefined)
    say(`--threads ${options.threads} is for the backend tensorflow: ${name} computes without it`);
  return options;
}

/** Environments go on with WebAssembly where the library that is kept does not load; one that is named has to. */
async function damagedMujoco(): Promise<string[]> {
  const path = findMujocoLibrary();
  if (path === undefined || process.env['DPPO_LIBMUJOCO']) return [];
  return checkMujocoLibrary(path).then(
    () => [],
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      return [`MuJoCo's library did not load: ${reason}: run npx dppo-mujoco`];
    },
  );
}

/** Makes graphs of functions as the options of a training say. */
export function compilerOf({ jit, precision }: CompileOptions): Compile {
  return (f) => compile(f, { jit, precision });
}
