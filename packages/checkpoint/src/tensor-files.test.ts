import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readTensors, writeTensors } from './tensor-files.ts';

let path = '';
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'checkpoint-')), 'state.safetensors');
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** Name, dtype, shape and values of each tensor, in the map's order. */
const described = (tensors: tf.NamedTensorMap): unknown[][] =>
  Object.entries(tensors).map(([name, t]) => [name, t.dtype, t.shape, Array.from(t.dataSync())]);

/** A safetensors file of this header and so many bytes of data. */
async function writeRaw(header: string, data: readonly number[]): Promise<void> {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  await writeFile(path, Buffer.concat([length, Buffer.from(header), Uint8Array.from(data)]));
}

const values = {
  float32: fc.float(),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  bool: fc.nat(1),
};

function arbitraryTensors(smallest: number): fc.Arbitrary<tf.NamedTensorMap> {
  const entry = fc
    .record({
      shape: fc.array(fc.integer({ min: smallest, max: 4 }), { maxLength: 4 }),
      dtype: fc.constantFrom('float32', 'int32', 'bool'),
    })
    .chain(({ shape, dtype }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return fc
        .array(values[dtype], { minLength: length, maxLength: length })
        .map((data) => tf.tensor(data, shape, dtype));
    });
  // The letter keeps names from looking like integers, which JavaScript objects put first.
  return fc.dictionary(
    fc.string({ unit: 'grapheme' }).map((name) => `a${name}`),
    entry,
    { noNullPrototype: true, maxKeys: 6 },
  );
}

const metadata = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ unit: 'grapheme' }), {
  noNullPrototype: true,
});

describe('writeTensors', () => {
  it('writes the length of the header, the header, the numbers and then the booleans', async () => {
    await writeTensors(path, { flag: tf.tensor([1], [], 'bool'), x: tf.tensor1d([1, -2]) }, { step: '7' });
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    const infos =
      '"flag":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const data = bytes.subarray(8 + length);
    expect(data.toString('hex')).toBe('0000803f000000c001');

    // The checksum is of the file without it: 138 bytes of JSON, 6 spaces.
    const plain = `{"__metadata__":{"step":"7"},${infos}`;
    const sha256 = createHash('sha256')
      .update(Buffer.concat([Uint8Array.of(144, 0, 0, 0, 0, 0, 0, 0), Buffer.from(plain.padEnd(144)), data]))
      .digest('hex');
    expect(bytes.toString('utf8', 8, 8 + length).trimEnd()).toBe(
      `{"__metadata__":{"step":"7","checksum":"sha256:${sha256}"},${infos}`,
    );
  });

  it('takes the values before it returns, so that the tensors may be disposed of', async () => {
    const x = tf.tensor1d([1, 2]);
    const written = writeTensors(path, { x });
    x.dispose();
    await written;
    expect(described((await readTensors(path)).tensors)).toEqual([['x', 'float32', [2], [1, 2]]]);
  });

  it('leaves only the finished file behind', async () => {
    await writeTensors(path, {});
    expect(await readdir(join(path, '..'))).toEqual(['state.safetensors']);
  });

  it('refuses tensors of other dtypes and names that the format or the checksum needs, and keeps the old file', async () => {
    await writeTensors(path, {}, { old: 'yes' });
    await expect(writeTensors(path, { s: tf.tensor1d(['text']) })).rejects.toThrow(
      new RangeError(`writeTensors: ${path}: tensor "s" is string, wanted float32, int32 or bool`),
    );
    await expect(writeTensors(path, { __metadata__: tf.scalar(1) })).rejects.toThrow(
      'no tensor can be called',
    );
    await expect(writeTensors(path, {}, { checksum: '' })).rejects.toThrow(
      new RangeError(`writeTensors: ${path}: metadata checksum is kept for the checksum`),
    );
    expect((await readTensors(path)).metadata).toEqual({ old: 'yes' });
  });
});

describe('readTensors', () => {
  it('gives back what writeTensors wrote: order, dtypes, shapes, values to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTensors(0), metadata, async (tensors, strings) => {
        await writeTensors(path, tensors, strings);
        const read = await readTensors(path);
        expect(described(read.tensors)).toEqual(described(tensors));
        expect(read.metadata).toEqual(strings);
      }),
    );
  });

  it('makes no tensors but those that it returns', async () => {
    await writeTensors(path, { x: tf.ones([2, 3]), n: tf.scalar(1, 'int32') });
    const before = tf.memory().numTensors;
    const { tensors } = await readTensors(path);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose(tensors);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reads U8 as int32', async () => {
    await writeRaw('{"image":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', [0, 255]);
    expect(described((await readTensors(path)).tensors)).toEqual([['image', 'int32', [2], [0, 255]]]);
  });

  it('refuses a file with a bit changed anywhere, or reads the same from it', async () => {
    const written = arbitraryTensors(1).filter((tensors) => Object.keys(tensors).length > 0);
    await fc.assert(
      fc.asyncProperty(written, fc.nat(), fc.nat(7), async (tensors, at, bit) => {
        await writeTensors(path, tensors);
        const bytes = await readFile(path);
        bytes[at % bytes.length] ^= 1 << bit;
        await writeFile(path, bytes);
        const before = tf.memory().numTensors;
        const result = await readTensors(path).catch((error: Error) => error.message);
        const right =
          typeof result === 'string'
            ? result.startsWith(`readTensors: ${path}: `) && tf.memory().numTensors === before
            : isDeepStrictEqual(described(result.tensors), described(tensors));
        expect(right, `byte ${at % bytes.length}, bit ${bit}`).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('says that a changed value is damage, and reads it where there is no checksum', async () => {
    await writeTensors(path, { x: tf.tensor1d([1, 2]) });
    const bytes = await readFile(path);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(path, bytes);
    await expect(readTensors(path)).rejects.toThrow(
      new Error(`readTensors: ${path}: the file is damaged (SHA-256 does not agree)`),
    );
    await writeRaw('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', [0, 0, 128, 63]);
    expect(described((await readTensors(path)).tensors)).toEqual([['x', 'float32', [1], [1]]]);
  });

  it('refuses a file cut off anywhere', async () => {
    await writeTensors(path, { x: tf.tensor1d([1, 2, 3]), y: tf.scalar(1, 'bool') });
    const bytes = await readFile(path);
    for (let length = 1; length < bytes.length; length++) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(readTensors(path)).rejects.toThrow(/^readTensors: .*state\.safetensors: .*truncated\?$/);
    }
  });

  it('says what a file of another kind is', async () => {
    await writeFile(path, '');
    await expect(readTensors(path)).rejects.toThrow(
      new Error(`readTensors: ${path}: is empty, wanted a safetensors file`),
    );
    await writeFile(path, Buffer.from('\x89HDF\r\n\x1a\n and more', 'latin1'));
    await expect(readTensors(path)).rejects.toThrow(
      new Error(`readTensors: ${path}: is an HDF5 file, wanted a safetensors file`),
    );
  });

  it('refuses bytes that are no booleans', async () => {
    await writeRaw('{"x":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}', [1, 2]);
    await expect(readTensors(path)).rejects.toThrow(
      new Error(`readTensors: ${path}: tensor "x" has a byte above 1, wanted 0 or 1 in BOOL`),
    );
  });
});
