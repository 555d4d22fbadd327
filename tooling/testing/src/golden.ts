import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A recorded array, row-major. */
export interface GoldenArray {
  readonly shape: number[];
  readonly dtype: string;
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** One recorded case; fields are GoldenArrays, nested objects of them, or plain JSON values. */
export interface GoldenCase {
  readonly name: string;
  // Recorded files are heterogeneous: each test knows the fields of its own file.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly [part: string]: any;
}

export interface Golden {
  readonly meta: { readonly reference: string; readonly versions: unknown };
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly shared?: any;
  readonly cases: GoldenCase[];
}

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int64: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/**
 * Reads a file of recorded reference numbers (.json or .json.gz), arrays as typed arrays; undefined where it does not exist.
 * float32 text becomes a Float32Array directly, so that no value is rounded twice.
 */
export function readGolden(file: URL | string): Golden | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  const text = String(file).endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
  return JSON.parse(text, (_key, value) => (isArray(value) ? typed(value) : value)) as Golden;
}

function isArray(
  value: unknown,
): value is { shape: number[]; dtype: keyof typeof constructors; data: number[] } {
  return (
    typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value && 'data' in value
  );
}

function typed(array: { shape: number[]; dtype: keyof typeof constructors; data: number[] }): GoldenArray {
  return { shape: array.shape, dtype: array.dtype, data: constructors[array.dtype].from(array.data) };
}
