import type { Compile } from '@dppo/agent';
import { type Backend, type BackendName, compile, type CompileOptions, useBackend } from '@dppo/engine';

/** Chooses what computes. */
export function chooseBackend(choice: 'auto' | BackendName): Promise<Backend> {
  return choice === 'auto' ? useBackend('tensorflow', 'wasm', 'cpu') : useBackend(choice);
}

/** Chooses what computes and says so in one line, with what was refused and why. */
export async function startBackend(choice: 'auto' | BackendName): Promise<string> {
  const { name, refused } = await chooseBackend(choice);
  const reasons = refused.map((other) => `${other.name} did not load: ${other.reason}`);
  return [`backend ${name}`, ...reasons].join('; ');
}

/** Makes graphs of functions as the options of a training say. */
export function compilerOf({ jit, precision }: CompileOptions): Compile {
  return (f) => compile(f, { jit, precision });
}
