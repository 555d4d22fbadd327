import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { zipSync } from 'fflate';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';

import { formatNpy, type NpyArray } from './npy.ts';
import { readNpz, writeNpz } from './npz.ts';

let path = '';
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'npz-')), 'arrays.npz');
});

/** A .npy file with this header and data, packed into an archive as the array x. */
async function writeRaw(header: string, data: Uint8Array): Promise<void> {
  const bytes = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1'),
    Buffer.from(header),
    data,
  ]);
  bytes.writeUInt16LE(header.length, 8);
  await writeFile(path, zipSync({ 'x.npy': bytes }));
}

const sizes = { minLength: 0, maxLength: 24 };
const data = fc.oneof(
  fc.float32Array(sizes),
  fc.float64Array(sizes),
  fc.int32Array(sizes),
  fc.bigInt64Array(sizes),
  fc.uint8Array(sizes),
);
const array = data.map((values): NpyArray => ({ shape: [values.length], data: values }));
const folded = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.boolean())
  .map(([shape, bool]): NpyArray => {
    const length = shape.reduce((a, b) => a * b, 1);
    return bool
      ? { shape, data: new Uint8Array(length).fill(1), dtype: 'b1' }
      : { shape, data: new Float32Array(length) };
  });
const arrays = fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), fc.oneof(array, folded), {
  noNullPrototype: true,
});

describe('writeNpz and readNpz', () => {
  it('give back the same arrays: shapes, types, values to the bit, zero sizes and scalars too', async () => {
    await fc.assert(
      fc.asyncProperty(arrays, async (written) => {
        await writeNpz(path, written);
        expect(await readNpz(path)).toEqual(written);
      }),
      { numRuns: 50 },
    );
  });

  it('write equal bytes for equal arrays at any time', async () => {
    const files: Buffer[] = [];
    for (const year of [2001, 2020]) {
      vi.setSystemTime(new Date(year, 1, 1));
      await writeNpz(path, { x: { shape: [3], data: Float32Array.of(1, 2, 3) } });
      files.push(await readFile(path));
    }
    vi.useRealTimers();
    expect(files[0].equals(files[1])).toBe(true);
  });

  it('leave only the finished file behind', async () => {
    await writeNpz(path, { x: { shape: [1], data: Float32Array.of(1) } });
    expect(await readdir(join(path, '..'))).toEqual(['arrays.npz']);
  });

  it('refuse a shape that the data do not have, naming file and array', async () => {
    await expect(writeNpz(path, { x: { shape: [2, 2], data: Float32Array.of(1) } })).rejects.toThrow(
      new RangeError(`writeNpz: ${path}: array "x" has 1 values, wanted 4 for shape [2,2]`),
    );
  });
});

describe('formatNpy', () => {
  it('writes the header that NumPy writes for np.array([[1, 2]], np.float32)', () => {
    const bytes = Buffer.from(formatNpy({ shape: [1, 2], data: Float32Array.of(1, 2) }));
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    expect(bytes.toString('latin1', 0, 128)).toBe(`\x93NUMPY\x01\x00\x76\x00${header.padEnd(117)}\n`);
    expect(bytes.subarray(128).toString('hex')).toBe('0000803f00000040');
  });
});

describe('readNpz', () => {
  it('refuses every file with a byte changed, or reads the same arrays from it', async () => {
    const written = {
      states: { shape: [5, 2], data: Float32Array.from({ length: 10 }, Math.sqrt) },
      lengths: { shape: [2], data: BigInt64Array.of(2n, 3n) },
    };
    await writeNpz(path, written);
    const bytes = await readFile(path);
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] ^= 1 << (i % 8);
      await writeFile(path, changed);
      const result = await readNpz(path).catch((error: Error) => error.message);
      const right =
        typeof result === 'string'
          ? result.startsWith(`readNpz: ${path}: `)
          : isDeepStrictEqual(result, written);
      expect(right, `byte ${i}`).toBe(true);
    }
  });

  it('refuses a file cut off anywhere', async () => {
    await writeNpz(path, { x: { shape: [3], data: Float32Array.of(1, 2, 3) } });
    const bytes = await readFile(path);
    for (let length = 7; length < bytes.length; length += 7) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(readNpz(path)).rejects.toThrow(`readNpz: ${path}: not a complete zip archive`);
    }
  });

  it.each([
    ['', 'is empty, wanted a .npz archive'],
    ['PAR1\x15\x04', 'is a Parquet file, wanted a .npz archive'],
    ['\x93NUMPY\x01\x00', 'is a .npy file of a single array, wanted a .npz archive'],
    ['a,b\n1,2\n', 'begins with the bytes 61 2c 62 0a 31 2c 32 0a, wanted a .npz archive'],
  ])('says what a file of another kind is: %j', async (content, message) => {
    await writeFile(path, Buffer.from(content, 'latin1'));
    await expect(readNpz(path)).rejects.toThrow(new Error(`readNpz: ${path}: ${message}`));
  });

  it('refuses a file that unpacks to far more than its size before it unpacks it', async () => {
    const bytes = Buffer.from(zipSync({ 'x.npy': new Uint8Array(1000) }));
    // The unpacked size, which the last directory entry gives.
    bytes.writeUInt32LE(2 ** 27, bytes.indexOf('PK\x01\x02') + 24);
    await writeFile(path, bytes);
    await expect(readNpz(path)).rejects.toThrow(
      `readNpz: ${path}: unpacks to 134217728 bytes, too many for a file of ${bytes.length} bytes`,
    );
  });

  it('refuses a file that unpacks to more than it says, and stops there', async () => {
    const bytes = Buffer.from(zipSync({ 'x.npy': new Uint8Array(10_000_000) }));
    for (const at of [22, bytes.indexOf('PK\x01\x02') + 24]) bytes.writeUInt32LE(1000, at);
    await writeFile(path, bytes);
    await expect(readNpz(path)).rejects.toThrow(`readNpz: ${path}: "x.npy" is damaged (`);
  });

  it('refuses two directory entries of one file in the archive', async () => {
    const bytes = Buffer.from(zipSync({ 'x.npy': formatNpy({ shape: [1], data: Float32Array.of(1) }) }));
    const [directory, end] = ['PK\x01\x02', 'PK\x05\x06'].map((sign) => bytes.indexOf(sign));
    const entry = bytes.subarray(directory, end);
    const twice = Buffer.concat([bytes.subarray(0, end), entry, bytes.subarray(end)]);
    const last = end + entry.length;
    for (const at of [8, 10]) twice.writeUInt16LE(2, last + at);
    twice.writeUInt32LE(2 * entry.length, last + 12);
    await writeFile(path, twice);
    await expect(readNpz(path)).rejects.toThrow(`readNpz: ${path}: `);
  });

  it('widens half precision, which loses nothing', async () => {
    await writeRaw(
      "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }",
      Uint8Array.of(0, 0x3c, 1, 0x80),
    );
    expect(await readNpz(path)).toEqual({ x: { shape: [2], data: Float32Array.of(1, -(2 ** -24)) } });
  });

  const four = new Uint8Array(4);
  it.each([
    ["{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", 'is in Fortran order'],
    ["{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 'holds Python objects'],
    ["{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 'has dtype >f4, wanted one of <f2 <f4 <f8'],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 'has dtype a record type'],
    [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
      'has 4 bytes of data, wanted 8 for <f4 [2]',
    ],
    ["{'descr': '<f4', 'fortran_order': False}", 'has the header'],
  ])('refuses %s, naming file and array', async (header, message) => {
    await writeRaw(header, four);
    await expect(readNpz(path)).rejects.toThrow(`readNpz: ${path}: array "x" ${message}`);
  });

  it('refuses a file in the archive that is no array', async () => {
    await writeFile(path, zipSync({ 'note.txt': Buffer.from('a note of some length') }));
    await expect(readNpz(path)).rejects.toThrow('array "note.txt" is not a .npy file');
  });

  it('reads stored archives and the keys in any order, as NumPy may write them', async () => {
    await writeRaw("{'shape': (1,), 'fortran_order': False, 'descr': '<i4'}", Uint8Array.of(7, 0, 0, 0));
    expect(await readNpz(path)).toEqual({ x: { shape: [1], data: Int32Array.of(7) } });
    await writeFile(
      path,
      zipSync({ 'y.npy': formatNpy({ shape: [], data: Float64Array.of(2) }) }, { level: 0 }),
    );
    expect(await readNpz(path)).toEqual({ y: { shape: [], data: Float64Array.of(2) } });
  });
});
