import { bfloat16, float16 } from '@dppo/files';

/** A tensor of a PyTorch file. */
export interface TorchTensor {
  /** PyTorch's name of the type: `float32`, `int64`, … */
  readonly dtype: string;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  /** The values, row-major, in an array of their own; float16 and bfloat16 widened to float32, bool as 0 and 1. */
  readonly values: () => Values;
}

type Values = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

interface Dtype {
  readonly name: string;
  /** Bytes of one value. */
  readonly size: number;
  /** An array of so many values, and how to read one at a byte. */
  readonly make: (length: number) => Values;
  readonly read: (view: DataView, at: number) => number | bigint;
}

/** Consecutive values in a file of the archive. */
export interface TorchStorage {
  readonly dtype: Dtype;
  readonly bytes: Uint8Array;
  /** Values, not bytes. */
  readonly length: number;
}

/** By the storage types that pickles name. */
export const storageDtypes: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ['torch.FloatStorage', { name: 'float32', size: 4, make: floats, read: (v, at) => v.getFloat32(at, true) }],
  [
    'torch.DoubleStorage',
    { name: 'float64', size: 8, make: (n) => new Float64Array(n), read: (v, at) => v.getFloat64(at, true) },
  ],
  [
    'torch.HalfStorage',
    { name: 'float16', size: 2, make: floats, read: (v, at) => float16(v.getUint16(at, true)) },
  ],
  [
    'torch.BFloat16Storage',
    { name: 'bfloat16', size: 2, make: floats, read: (v, at) => bfloat16(v.getUint16(at, true)) },
  ],
  [
    'torch.LongStorage',
    { name: 'int64', size: 8, make: (n) => new BigInt64Array(n), read: (v, at) => v.getBigInt64(at, true) },
  ],
  [
    'torch.IntStorage',
    { name: 'int32', size: 4, make: (n) => new Int32Array(n), read: (v, at) => v.getInt32(at, true) },
  ],
  ['torch.ByteStorage', { name: 'uint8', size: 1, make: bytesOf, read: (v, at) => v.getUint8(at) }],
  [
    'torch.BoolStorage',
    { name: 'bool', size: 1, make: bytesOf, read: (v, at) => Number(v.getUint8(at) !== 0) },
  ],
]);

/** How many bytes the values of a tensor take in a storage of their own. */
export function bytesIn({ dtype, shape }: TorchTensor): number {
  const { size = 0 } = [...storageDtypes.values()].find(({ name }) => name === dtype) ?? {};
  return shape.reduce((product, axis) => product * axis, size);
}

/**
 * The tensor of a storage whose value i is at offset + Σ iₙ·strideₙ.
 * Throws an Error where it reaches outside the storage or repeats values (as expanded tensors do).
 */
export function strided(
  storage: TorchStorage,
  {
    offset,
    shape,
    stride,
  }: { readonly offset: number; readonly shape: readonly number[]; readonly stride: readonly number[] },
): TorchTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * stride[i], offset);
  const what = `a tensor [${shape.join()}] with stride [${stride.join()}] at ${offset}`;
  if (shape.length !== stride.length) throw new Error(`${what}: size and stride do not agree`);
  if (count > 0 && !(last < storage.length && count <= storage.length)) {
    throw new Error(`${what} does not fit into a storage of ${storage.length} values`);
  }
  return {
    dtype: storage.dtype.name,
    shape: [...shape],
    values: () => gather(storage, { offset, shape, stride, count }),
  };
}

function gather(
  { dtype, bytes }: TorchStorage,
  {
    offset,
    shape,
    stride,
    count,
  }: {
    readonly offset: number;
    readonly shape: readonly number[];
    readonly stride: readonly number[];
    readonly count: number;
  },
): Values {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = dtype.make(count);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    values[i] = dtype.read(view, at * dtype.size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += stride[axis];
      if (++index[axis] < shape[axis]) break;
      at -= shape[axis] * stride[axis];
      index[axis] = 0;
    }
  }
  return values;
}

export function isStorage(value: unknown): value is TorchStorage {
  return typeof value === 'object' && value !== null && 'bytes' in value;
}

function floats(length: number): Float32Array {
  return new Float32Array(length);
}

function bytesOf(length: number): Uint8Array {
  return new Uint8Array(length);
}
