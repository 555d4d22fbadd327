import { readFileSync } from 'node:fs';

import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { formatTensors, parseTensors } from './tensors.ts';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Written by writeTensors before there was formatTensors. */
const before = new Uint8Array(readFileSync(new URL('../test/written.safetensors', import.meta.url)));
const metadata = { dppo: '{"note":"written before"}', näme: '☃' };
const tensors = (): tf.NamedTensorMap => ({
  'layer.weight': tf.tensor2d([1.5, -2, Infinity, 2 ** -149], [2, 2]),
  flag: tf.tensor1d([1, 0, 1], 'bool'),
  step: tf.scalar(-7, 'int32'),
  ω: tf.zeros([0, 3]),
});

describe('formatTensors', () => {
  it('makes the bytes that files have always had', () => {
    expect(formatTensors(tensors(), metadata)).toEqual(before);
  });

  it('names itself, or what the caller says, in errors', () => {
    expect(() => formatTensors({ s: tf.tensor1d(['text']) })).toThrow(
      new RangeError('formatTensors: tensor "s" is string, wanted float32, int32 or bool'),
    );
    expect(() => formatTensors({}, { checksum: '' }, 'upload')).toThrow(
      new RangeError('upload: metadata checksum is kept for the checksum'),
    );
  });
});

describe('parseTensors', () => {
  it('reads a file written before, wherever its bytes lie in memory', () => {
    for (const at of [0, 1, 4]) {
      const memory = new Uint8Array(at + before.length);
      memory.set(before, at);
      const read = parseTensors(memory.subarray(at));
      expect(read.metadata).toEqual(metadata);
      for (const [name, expected] of Object.entries(tensors())) {
        const { dtype, shape } = read.tensors[name];
        expect([dtype, shape]).toEqual([expected.dtype, expected.shape]);
        expect(read.tensors[name].dataSync()).toEqual(expected.dataSync());
      }
    }
  });

  it('rounds F64 to float32, and reads whole numbers of I64 that are ones of int32', () => {
    const infos = {
      wide: { dtype: 'F64', shape: [2], data_offsets: [0, 16] },
      steps: { dtype: 'I64', shape: [1], data_offsets: [16, 24] },
    };
    const file = (step: bigint): Uint8Array => {
      const header = new TextEncoder().encode(JSON.stringify(infos));
      const bytes = new Uint8Array(8 + header.length + 24);
      bytes[0] = header.length;
      bytes.set(header, 8);
      bytes.set(new Uint8Array(Float64Array.of(0.1, -1e300).buffer), 8 + header.length);
      bytes.set(new Uint8Array(BigInt64Array.of(step).buffer), 24 + header.length);
      return bytes;
    };
    const { wide, steps } = parseTensors(file(-(2n ** 31n))).tensors;
    expect(wide.dataSync()).toEqual(Float32Array.of(0.1, -Infinity));
    expect([steps.dtype, ...steps.dataSync()]).toEqual(['int32', -(2 ** 31)]);
    expect(() => parseTensors(file(2n ** 31n))).toThrow(
      'parseTensors: tensor "steps" has 2147483648 in it, wanted whole numbers of int32',
    );
  });

  it('widens half precision, which loses nothing', () => {
    // 1 and the smallest number of F16, negative; 1.0078125 = 1 + 2⁻⁷ and ∞ of BF16.
    const infos = {
      half: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [4, 8] },
    };
    const header = new TextEncoder().encode(JSON.stringify(infos));
    const bytes = new Uint8Array(8 + header.length + 8);
    bytes[0] = header.length;
    bytes.set(header, 8);
    bytes.set([0x00, 0x3c, 0x01, 0x80, 0x81, 0x3f, 0x80, 0x7f], 8 + header.length);
    const { tensors: read } = parseTensors(bytes);
    expect(Object.values(read).map(({ dtype }) => dtype)).toEqual(['float32', 'float32']);
    expect(read['half'].dataSync()).toEqual(Float32Array.of(1, -(2 ** -24)));
    expect(read['brain'].dataSync()).toEqual(Float32Array.of(1.0078125, Infinity));
  });

  it('gives values of its own, which later changes of the bytes do not reach', () => {
    const bytes = before.slice();
    const read = parseTensors(bytes);
    bytes.fill(0);
    expect(read.tensors['flag'].arraySync()).toEqual([1, 0, 1]);
  });

  it('names itself, or what the caller says, in errors', () => {
    expect(() => parseTensors(new Uint8Array())).toThrow(
      new Error('parseTensors: is empty, wanted a safetensors file'),
    );
    const changed = before.with(before.length - 1, 0);
    expect(() => parseTensors(changed, 'policy of the page')).toThrow(
      new Error('policy of the page: the file is damaged (SHA-256 does not agree)'),
    );
  });
});
