import { aboutFile, checkKind, isGlobal, type Pickled, readBytes, unpickle } from '@dppo/files';

import { arrayOf, type NpyArray } from './npy.ts';

/** `numpy.dtype` of a pickle. */
interface Dtype {
  readonly kind: 'dtype';
  /** Without the order of bytes: `f4`. */
  readonly name: string;
  order: string;
}

/** `numpy.ndarray` of a pickle, empty until it is given its state. */
interface Pickle {
  readonly kind: 'array';
  state: Pickled<Dtype | Pickle> | undefined;
}

type Value = Pickled<Dtype | Pickle>;

const latest = 5;

/** Names of a module before and since NumPy 2. */
const numpy = (module: string, name: string): string[] =>
  ['core', '_core'].map((core) => `numpy.${core}.${module}.${name}`);

/**
 * The arrays by name of the pickle at `path`, of protocol 2 to 5: a dict of arrays of NumPy, numbers or lists of numbers. Nothing in the file is
 * run.
 *
 * @param names - the arrays that are read, and have to be there
 * @param optional - more of them, which need not be there
 * @throws Error naming the file, and the byte of the pickle, where there is anything but arrays, numbers, text, lists and dicts; and the array that
 * is missing, in Fortran order, or of another dtype than f2, f4, f8, i4, i8, u1, b1
 */
export async function readPickle(
  path: string,
  names: readonly string[],
  optional: readonly string[],
): Promise<Record<string, NpyArray>> {
  const bytes = await readBytes(path);
  try {
    checkKind(bytes, 'pickle');
    const all = dictOf(unpickle<Dtype | Pickle>(bytes, { ...abilities, mostBytes: bytes.length }));
    const missing = names.find((name) => !all.has(name));
    if (missing !== undefined)
      throw new Error(`no array ${missing} in it; it has ${[...all.keys()].join(', ')}`);
    const wanted = [...names, ...optional.filter((name) => all.has(name))];
    return Object.fromEntries(wanted.map((name) => [name, named(name, all.get(name))]));
  } catch (error) {
    throw aboutFile(`readPickle: ${path}`, error);
  }
}

const abilities = {
  of: 'arrays',
  protocol: latest,
  globals: new Map<string, ((args: readonly Value[]) => Value) | undefined>([
    ['numpy.ndarray', undefined],
    ['numpy.dtype', dtype],
    ['_codecs.encode', latin1],
    ['collections.OrderedDict', () => new Map<Value, Value>()],
    ...numpy('multiarray', '_reconstruct').map((name) => [name, reconstruct] as const),
    ...numpy('numeric', '_frombuffer').map((name) => [name, fromBuffer] as const),
    ...numpy('multiarray', 'scalar').map((name) => [name, scalar] as const),
  ]),
  build,
};

/** _reconstruct(ndarray, (0,), b'b'), which `BUILD` gives its state. */
function reconstruct(): Value {
  return { kind: 'array', state: undefined };
}

/** dtype(name, align, copy) */
function dtype([name]: readonly Value[]): Value {
  if (typeof name !== 'string') throw new Error('dtype of what is no text');
  return { kind: 'dtype', name, order: '|' };
}

/** encode(text, 'latin1'), which is how protocol 2 has bytes. */
function latin1([text, encoding]: readonly Value[]): Value {
  if (typeof text !== 'string' || encoding !== 'latin1')
    throw new Error('encode of other things than latin1');
  return Buffer.from(text, 'latin1');
}

/** scalar(dtype, bytes) */
function scalar([type, bytes]: readonly Value[]): Value {
  return { kind: 'array', state: [1, [], type, false, bytes] };
}

/** _frombuffer(bytes, dtype, shape, order) */
function fromBuffer([bytes, type, shape, order]: readonly Value[]): Value {
  return { kind: 'array', state: [1, shape, type, order !== 'C', bytes] };
}

/** dtype: (version, order of bytes, …); ndarray: (version, shape, dtype, whether in Fortran order, bytes) */
function build(object: Value, state: Value): boolean {
  if (!isMade(object) || !Array.isArray(state)) return false;
  if (object.kind === 'array') object.state = state;
  else object.order = String(state[1]);
  return true;
}

function named(name: string, value: Value | undefined): NpyArray {
  try {
    return arrayIn(value);
  } catch (error) {
    throw new Error(`array "${name}" ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function arrayIn(value: Value | undefined): NpyArray {
  if (typeof value === 'number') return { shape: [], data: Float64Array.of(value) };
  if (Array.isArray(value)) return { shape: [value.length], data: Float64Array.from(value, numberIn) };
  if (!isMade(value) || value.kind !== 'array') throw new Error('is no array of numbers');
  const [, shape, type, isFortran, bytes] = Array.isArray(value.state) ? value.state : [];
  if (!isMade(type) || type.kind !== 'dtype' || !isShape(shape)) throw new Error('is no array of numbers');
  if (Array.isArray(bytes)) throw new Error('holds Python objects; save numbers instead');
  if (!(bytes instanceof Uint8Array)) throw new Error('has no bytes');
  const order = /^[ub]1$/.test(type.name) ? '|' : type.order.replace('=', '<');
  return arrayOf({
    dtype: `${order}${type.name}`,
    isFortran: isFortran === true && shape.length > 1,
    shape,
    bytes,
  });
}

function numberIn(value: Value): number {
  if (typeof value === 'number') return value;
  const { shape, data } = isMade(value) ? arrayIn(value) : { shape: [0], data: [] };
  if (shape.length > 0) throw new Error('is a list of other things than numbers');
  return Number(data[0]);
}

function dictOf(value: Value): ReadonlyMap<string, Value> {
  if (!(value instanceof Map)) throw new Error('is the pickle of no dict, wanted one of arrays by name');
  return new Map(
    [...value].map(([name, array]: [Value, Value]) => {
      if (typeof name !== 'string') throw new Error('has a name that is no text');
      return [name, array];
    }),
  );
}

function isMade(value: Value | undefined): value is Dtype | Pickle {
  return typeof value === 'object' && value !== null && 'kind' in value && !isGlobal(value);
}

function isShape(value: Value | undefined): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0);
}
