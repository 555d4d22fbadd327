import { float16 } from '@dppo/files';

/** A NumPy array on the host, row-major. */
export interface NpyArray {
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  /** All values; the kind of array says the dtype. */
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
  /** Says that the Uint8Array holds NumPy booleans, 0 or 1. */
  readonly dtype?: 'b1';
}

const readers: Record<string, (bytes: ArrayBuffer) => NpyArray['data']> = {
  '<f2': (bytes) => Float32Array.from(new Uint16Array(bytes), (bits) => float16(bits)),
  '<f4': (bytes) => new Float32Array(bytes),
  '<f8': (bytes) => new Float64Array(bytes),
  '<i4': (bytes) => new Int32Array(bytes),
  '<i8': (bytes) => new BigInt64Array(bytes),
  '|u1': (bytes) => new Uint8Array(bytes),
  '|b1': (bytes) => new Uint8Array(bytes),
};

/** Bytes of a header, as NumPy reads them: the dtype and the shape of an array take a hundred. */
const mostHeader = 10_000;

const magic = '\x93NUMPY';

/**
 * The array in the bytes of a .npy file, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * Throws an Error that says what is wrong: other dtypes than f2 (which becomes f4), f4, f8, i4, i8, u1, b1 (little endian), Fortran order, a length
 * that does not agree with the shape.
 */
export function parseNpy(bytes: Uint8Array): NpyArray {
  const { header, start } = npyHeader(bytes);
  const descr = /'descr'\s*:\s*(?:'([^']*)'|\[)/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(header)?.[1];
  if (!descr || order === undefined || dimensions === undefined) {
    throw new Error(`has the header ${JSON.stringify(header)}, wanted descr, fortran_order and shape`);
  }
  const shape = dimensions
    .split(',')
    .filter((size) => size.trim() !== '')
    .map((size) => Number.parseInt(size, 10));
  const dtype = descr[1] ?? 'a record type';
  return arrayOf({ dtype, isFortran: order === 'True', shape, bytes: bytes.subarray(start) });
}

/** The array of these bytes; an Error that says what is wrong. */
export function arrayOf({
  dtype,
  isFortran,
  shape,
  bytes,
}: {
  /** With its order, such as `<f4`. */
  readonly dtype: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}): NpyArray {
  if (dtype.includes('O')) throw new Error('holds Python objects; save numbers instead');
  if (!Object.hasOwn(readers, dtype)) {
    throw new Error(`has dtype ${dtype}, wanted one of ${Object.keys(readers).join(' ')}`);
  }
  if (isFortran) throw new Error('is in Fortran order; save np.ascontiguousarray(x) instead');
  const expected = product(shape) * Number(dtype.slice(2));
  if (bytes.length !== expected) {
    throw new Error(`has ${bytes.length} bytes of data, wanted ${expected} for ${dtype} [${shape.join()}]`);
  }
  const aligned = new Uint8Array(expected);
  aligned.set(bytes);
  const data = readers[dtype](aligned.buffer);
  return dtype === '|b1' ? { shape, data, dtype: 'b1' } : { shape, data };
}

/** The bytes of a .npy file, version 1.0; a RangeError where shape and data do not agree. */
export function formatNpy({ shape, data, dtype }: NpyArray): Uint8Array {
  if (product(shape) !== data.length) {
    throw new RangeError(`has ${data.length} values, wanted ${product(shape)} for shape [${shape.join()}]`);
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '${dtype === 'b1' ? '|b1' : dtypeOf(data)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.byteLength);
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  bytes.set(Buffer.from(`${magic}\x01\x00`, 'latin1'));
  bytes.set(Buffer.from(`${header.padEnd(start - 11)}\n`, 'latin1'), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}

function npyHeader(bytes: Uint8Array): { header: string; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin1 = (from: number, to: number): string =>
    Buffer.from(bytes.subarray(from, to)).toString('latin1');
  if (bytes.length < 12 || latin1(0, 6) !== magic) throw new Error('is not a .npy file');
  const [short, version] = [bytes[6] === 1, bytes[6]];
  if (version < 1 || version > 3) throw new Error(`has .npy version ${version}, wanted 1, 2 or 3`);
  const start = short ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (start > mostHeader) throw new Error(`has a header of ${start} bytes, wanted at most ${mostHeader}`);
  if (start > bytes.length)
    throw new Error(`has a header of ${start} bytes, but only ${bytes.length} in all`);
  return { header: latin1(short ? 10 : 12, start).trim(), start };
}

function dtypeOf(data: NpyArray['data']): string {
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Float64Array) return '<f8';
  if (data instanceof Int32Array) return '<i4';
  return data instanceof BigInt64Array ? '<i8' : '|u1';
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
