import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { mendTfjsNode, silenceTensorFlow, tuneGraphs, tuneMachineCode } from './compatibility.ts';
import { isTensorflow } from './compile/backend.ts';
import { checkLoaded } from './loaded.ts';

/** Native TensorFlow through tfjs-node, WebAssembly, or plain JavaScript. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** A backend that did not load, and what it lacks, in one line. */
export interface Refusal {
  /** The backend. */
  readonly name: BackendName;
  /** One line, without a stack. */
  readonly reason: string;
}

/** What `useBackend` chose. */
export interface Backend {
  /** The backend that TensorFlow.js now uses. */
  readonly name: BackendName;
  /** Those that stood before it in the list. */
  readonly refused: readonly Refusal[];
}

/**
 * Makes the first of the backends `names` that loads TensorFlow.js' own: 'tensorflow' (tfjs-node), 'wasm' or 'cpu'.
 * Throws a RangeError for another name, and an Error with all reasons if none loads.
 */
export async function useBackend(...names: readonly BackendName[]): Promise<Backend> {
  const unknown = names.find((name) => !Object.hasOwn(loaders, name));
  if (unknown !== undefined || names.length === 0) {
    throw new RangeError(`useBackend: got ${unknown ?? 'no name'}, wanted tensorflow, wasm or cpu`);
  }
  const refused: Refusal[] = [];
  for (const name of names) {
    try {
      await loaders[name]();
      if (await tf.setBackend(name)) return { name, refused };
      refused.push({ name, reason: 'it did not initialise' });
    } catch (error) {
      refused.push({ name, reason: reasonOf(error) });
    }
  }
  throw new Error(`no backend loads: ${refused.map(({ name, reason }) => `${name} (${reason})`).join(', ')}`);
}

const loaders: Readonly<Record<BackendName, () => Promise<void>>> = {
  async tensorflow() {
    silenceTensorFlow();
    tuneGraphs();
    mendTfjsNode();
    checkLoaded();
    await import('@tensorflow/tfjs-node');
    const backend = tf.findBackend('tensorflow');
    if (isTensorflow(backend)) tuneMachineCode(backend.binding.TF_Version);
  },
  async wasm() {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
    setWasmPaths(join(folder, 'dist', '/'));
  },
  async cpu() {
    // Its first tensor would print an advertisement for tfjs-node.
    const backend = tf.findBackend('cpu');
    if ('firstUse' in backend) backend.firstUse = false;
  },
};

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('tfjs_binding.node) can not be found')) {
    return 'the addon of @tensorflow/tfjs-node is not installed: run npx dppo-native';
  }
  const missing = /^Cannot find package '([^']+)'/.exec(message);
  if (missing) return `${missing[1]} is not installed`;
  const line = message.trim().split('\n')[0] ?? '';
  const isLibrary = error instanceof Error && 'code' in error && error.code === 'ERR_DLOPEN_FAILED';
  return isLibrary ? `${line}: run npx dppo-native` : line;
}
