import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstThatRuns, run } from '@dppo/wheels';
import { libraries, libraryId } from './wheel.ts';

/** What an addon is made of. */
export interface AddonInputs {
  /** tfjs-node's folder `binding`. */
  readonly binding: string;
  /** Holds include/ and lib/ of TensorFlow. */
  readonly library: string;
}

const compilers = [...(process.env['CXX'] ? [[process.env['CXX']]] : []), ['c++'], ['g++'], ['clang++']];
// What the addon needs beside tfjs-node's own sources.
const signals = fileURLToPath(new URL('../native/signals.cc', import.meta.url));
const flags = ['-std=c++17', '-O2', '-fPIC', '-DNAPI_VERSION=8', '-w'];

/** The C++ compiler that compileAddon takes; an error if there is none. */
export async function findCompiler(): Promise<string[]> {
  const compiler = await firstThatRuns(compilers);
  if (!compiler) throw new Error(`a C++ compiler is missing (tried ${compilers.flat().join(', ')})`);
  return compiler;
}

/** Compiles tfjs-node's Node-API addon, which looks for its libraries in ../../deps/lib, to a file. */
export async function compileAddon(
  { binding, library }: AddonInputs,
  addon: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const compiler = await findCompiler();
  const headers = join(nodeApiHeaders(), 'include');
  const paths = ['-I', join(library, 'include'), '-I', headers];
  const sources = (await readdir(binding)).filter((name) => name.endsWith('.cc'));
  await mkdir(dirname(addon), { recursive: true });
  const { ok, stderr } = await run(
    [
      ...compiler,
      ...flags,
      ...linking(),
      ...paths,
      ...sources.map((name) => join(binding, name)),
      signals,
      ...libraries().map((name) => join(library, 'lib', name)),
      '-o',
      addon,
    ],
    { signal },
  );
  if (!ok) {
    const lines = stderr.split('\n');
    const first = lines.find((line) => /error|cannot|undefined/i.test(line)) ?? lines[0];
    throw new Error(`${compiler.join(' ')} could not compile tfjs-node's binding: ${first?.trim()}`);
  }
}

/** A name for the addon that these inputs give, the same for the same sources, headers, flags and library. */
export async function addonKey(binding: string): Promise<string> {
  const hash = createHash('sha256');
  const headers = await readFile(join(nodeApiHeaders(), 'package.json'), 'utf8');
  hash.update(JSON.stringify([libraryId, flags, linking(), JSON.parse(headers).version]));
  for (const name of (await readdir(binding)).toSorted()) {
    hash.update(name).update(await readFile(join(binding, name)));
  }
  hash.update(await readFile(signals));
  return hash.digest('hex').slice(0, 16);
}

/** Loads an addon in a process of its own (it may crash there) and throws what it says if it does not load. */
export async function tryAddon(addon: string, libraryFolder: string): Promise<void> {
  const { ok, stderr } = await run([process.execPath, '-e', 'require(process.argv[1])', addon], {
    env: {
      LD_LIBRARY_PATH: libraryFolder,
      DYLD_LIBRARY_PATH: libraryFolder,
      TF_CPP_MIN_LOG_LEVEL: '2',
      NODE_OPTIONS: '',
    },
  });
  if (ok) return;
  const lines = stderr.trim().split('\n');
  throw new Error(
    `the compiled addon does not load: ${lines.find((line) => line.startsWith('Error:')) ?? lines.at(-1)}`,
  );
}

function linking(): string[] {
  return process.platform === 'darwin'
    ? ['-bundle', '-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib']
    : ['-shared', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
}

function nodeApiHeaders(): string {
  const require = createRequire(import.meta.url);
  return dirname(require.resolve('node-api-headers/package.json'));
}
