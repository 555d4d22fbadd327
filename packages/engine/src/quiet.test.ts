import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

/** Run in a process of its own: eager operations and machine code, by way of what tfjs-node asks node:util. */
const script = `
import { compile, useBackend } from '@dppo/engine';
import * as tf from '@tensorflow/tfjs';
await useBackend('tensorflow');
const f = (x) => tf.tidy(() => tf.topk(tf.concat([x, x.square()]).reshape([2, 3])).values.sum());
const x = tf.tensor1d([1, 2, 3]);
console.log(f(x).arraySync(), compile(f, { jit: true })(x).arraySync());
`;

it('TensorFlow is used without a word on stderr', async () => {
  if (tf.getBackend() !== 'tensorflow') return;
  const options = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval'];
  const cwd = import.meta.dirname;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...options, script], { cwd });
  expect({ stdout, stderr }).toEqual({ stdout: '12 12\n', stderr: '' });
});
