import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { type BackendName, useBackend } from '@dppo/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { type Check, tried } from './doctor-check.ts';

/** What can compute; where TensorFlow cannot, what its installation needs. */
export async function backendChecks(): Promise<Check[]> {
  const tensorflow = await tried('backend tensorflow', 'missing', () => computes('tensorflow'));
  return [
    tensorflow,
    ...(tensorflow.state === 'works' ? [] : await buildTools()),
    await tried('backend wasm', 'missing', () => computes('wasm')),
    await tried('backend cpu', 'broken', () => computes('cpu')),
  ];
}

/** TensorFlow's native library, where it is what computes. */
const native = z.object({ binding: z.object({ TF_Version: z.string() }) });

async function computes(name: BackendName): Promise<string> {
  await useBackend(name);
  const [eleven] = tf.tidy(() => tf.dot([1, 2], [3, 4]).dataSync());
  if (eleven !== 11) throw new Error(`1·3 + 2·4 is ${eleven}`);
  const library = native.safeParse(tf.backend());
  const tensorflow = library.success ? `, TensorFlow ${library.data.binding.TF_Version}` : '';
  return `TensorFlow.js ${tf.version.tfjs}${tensorflow}`;
}

/** What `npx dppo-native` works with. */
function buildTools(): Promise<Check[]> {
  return Promise.all([
    tried('pip', 'missing', () => versionOf('python3', '-m', 'pip')),
    tried('C++ compiler', 'missing', () => versionOf(process.env['CXX'] ?? 'c++')),
  ]);
}

async function versionOf(program: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...words, '--version']);
  return stdout.split('\n')[0];
}
