import { type JsonBudget, parseJson } from '@dppo/files';

/** What safetensors calls a TensorInfo: a place in the bytes after the header. */
export interface Entry {
  /** Of the tensor. */
  readonly name: string;
  /** Of its numbers. */
  readonly dtype: Dtype;
  /** Its sizes. */
  readonly shape: readonly number[];
  /** Where its numbers begin, in bytes after the header. */
  readonly begin: number;
  /** Where they end. */
  readonly end: number;
}

/** The dtypes that are read: F16 and BF16 become float32, U8 int32, which loses nothing; F64 is rounded to float32, I64 has to fit into int32. */
export type Dtype = 'F32' | 'F16' | 'BF16' | 'F64' | 'I32' | 'I64' | 'BOOL' | 'U8';

/** The JSON at the start of a safetensors file. */
export interface Header {
  /** The tensors, in the order of the JSON. */
  readonly entries: readonly Entry[];
  /** Strings by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors' bytes start in the file. */
  readonly start: number;
}

const sizes: Readonly<Record<Dtype, number>> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  F64: 8,
  I32: 4,
  I64: 8,
  BOOL: 1,
  U8: 1,
};
/** Bytes: forty thousand tensors with names of 300 letters. */
const mostBytes = 2 ** 24;
/** Twelve for each tensor, and what a header of the most bytes may take of memory. */
const budget: JsonBudget = { values: 2 ** 19, depth: 8 };
/** As many as PyTorch's tensors have. */
const mostAxes = 64;

/**
 * The header of a safetensors file, everything in it checked against the file (https://github.com/huggingface/safetensors#format).
 * Throws an Error that says what is wrong and with which tensor.
 */
export function parseHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8)
    throw new Error(
      `${bytes.length} bytes, wanted a safetensors file, which has at least 8; is it truncated?`,
    );
  const length = Number(view.getBigUint64(0, true));
  if (8 + length > bytes.length) {
    throw new Error(
      `a header of ${length} bytes does not fit into a file of ${bytes.length} bytes; is it truncated?`,
    );
  }
  if (length > mostBytes) throw new Error(`a header of ${length} bytes, wanted at most ${mostBytes}`);
  const start = 8 + length;
  const json = objectIn(bytes.subarray(8, start));
  const { __metadata__: metadata = {}, ...infos } = json;
  if (!isStrings(metadata)) throw new Error('__metadata__ is not a map of strings');
  const entries = Object.entries(infos).map(([name, info]) => parseEntry(name, info));
  checkCoverage(entries, bytes.length - start);
  return { entries, metadata, start };
}

/**
 * The first bytes of a safetensors file: the length of the JSON, and the JSON padded so that the data begin at a multiple of 8.
 * A RangeError where parseHeader would not read them.
 */
export function formatHeader(
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const infos = entries.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype, shape, data_offsets: [begin, end] },
  ]);
  const about = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...about, ...infos])));
  if (json.length > mostBytes)
    throw new RangeError(`a header of ${json.length} bytes, wanted at most ${mostBytes}`);
  const bytes = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true);
  bytes.set(json, 8);
  return bytes;
}

function objectIn(bytes: Uint8Array): Record<string, unknown> {
  const json = parseJson(decoded(bytes), budget, 'the header');
  if (!isObject(json)) throw new Error('the header is not a JSON object');
  return json;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error('the header is not text in UTF-8', { cause: error });
  }
}

function parseEntry(name: string, info: unknown): Entry {
  const fail = (problem: string): Error => new Error(`tensor "${name}" ${problem}`);
  if (!isObject(info)) throw fail('is not described by an object');
  const { dtype, shape, data_offsets: offsets } = info;
  if (typeof dtype !== 'string' || !isDtype(dtype)) {
    throw fail(`has dtype ${JSON.stringify(dtype)}, wanted one of ${Object.keys(sizes).join(' ')}`);
  }
  if (!isCounts(shape)) throw fail(`has shape ${JSON.stringify(shape)}, wanted up to ${mostAxes} sizes`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw fail(`has data_offsets ${JSON.stringify(offsets)}, wanted [begin, end]`);
  }
  const [begin, end] = offsets;
  const expected = shape.reduce((product, size) => product * size, sizes[dtype]);
  if (end - begin !== expected) {
    throw fail(`lies at [${begin},${end}], wanted ${expected} bytes for ${dtype} [${shape.join()}]`);
  }
  return { name, dtype, shape, begin, end };
}

/** As in the Rust library: the tensors fill the bytes after the header without overlap and without a hole. */
function checkCoverage(entries: readonly Entry[], length: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > length)
      throw new Error(`tensor "${name}" ends at byte ${end} of ${length}; is the file truncated?`);
    if (begin !== covered) throw new Error(`tensor "${name}" begins at byte ${begin}, wanted ${covered}`);
    covered = end;
  }
  if (covered !== length) throw new Error(`the tensors fill ${covered} bytes, wanted ${length}`);
}

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(sizes, name);
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= mostAxes &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
}
