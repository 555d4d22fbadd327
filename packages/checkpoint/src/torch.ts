import {
  aboutFile,
  checkKind,
  isGlobal,
  type Others,
  type Pickled,
  readBytes,
  unpickle,
  unzip,
} from '@dppo/files';
import { asSaid, type Held } from './torch-object.ts';
import { isStorage, storageDtypes, strided, type TorchStorage, type TorchTensor } from './torch-tensor.ts';
import { checkShared, isTensor, tensorsIn } from './torch-tensors-in.ts';

type Value = Pickled<Held>;

/** Bytes of a pickle: the numbers lie beside it. */
const mostPickle = 2 ** 24;

/** As PyTorch's tensors have. */
const mostAxes = 64;

/**
 * The tensors of the file `path` that PyTorch 1.6 or later has saved, by the keys that lead to them joined by dots: `ema.network.bias`.
 *
 * Nothing in the file is run: its pickle may hold numbers, text, lists, dicts, OrderedDicts, tensors and parameters. A tensor's
 * values are made when asked for. Numbers and text beside the tensors are left out.
 *
 * Throws an Error naming the file, and the byte of the pickle, where there is anything else, or the file is of another kind, or the archive is damaged, or a
 * tensor reaches outside its storage.
 */
export async function readTorch(path: string): Promise<ReadonlyMap<string, TorchTensor>> {
  return (await read(path, 'readTorch')).tensors;
}

/** What a PyTorch file holds, objects of unknown classes among it. */
export interface TorchFile {
  /** The tensors in dicts and lists, by the keys that lead to them joined by dots. */
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** Everything in the file: dicts are maps, tuples and lists arrays, objects a TorchObject. It may hold itself, so a walk through it wants an end. */
  readonly root: unknown;
}

/**
 * The file `path` as readTorch reads it, with what it refuses: objects of any class, as dill writes them too, kept as what the file says of them.
 * Nothing in the file is run.
 *
 * @throws Error naming the file where it is of another kind or damaged
 */
export async function readTorchObjects(path: string): Promise<TorchFile> {
  return read(path, 'readTorchObjects', asSaid);
}

async function read(path: string, caller: string, others?: Others<Held>): Promise<TorchFile> {
  const bytes = await readBytes(path);
  try {
    checkKind(bytes, 'torch');
    const files = await unzip(bytes);
    const root = load(files, others);
    const tensors = tensorsIn(root);
    checkShared(tensors, files);
    return { tensors, root };
  } catch (error) {
    throw aboutFile(`${caller}: ${path}`, error);
  }
}

function load(files: ReadonlyMap<string, Uint8Array>, others?: Others<Held>): Value {
  const pickles = [...files.keys()].filter((file) => /^[^/]+\/data\.pkl$/.test(file));
  if (pickles.length !== 1) {
    throw new Error(`${pickles.length} files NAME/data.pkl in the archive, wanted 1, as torch.save writes`);
  }
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  const order = files.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little') throw new Error('is not little endian');
  const pickle = files.get(pickles[0]) ?? new Uint8Array();
  try {
    return unpickle<Held>(pickle, {
      ...(others && { others }),
      of: 'tensors',
      protocol: 2,
      mostBytes: mostPickle,
      globals: new Map([
        ...[...storageDtypes.keys()].map((name) => [name, undefined] as const),
        ['collections.OrderedDict', orderedDict],
        ['torch._utils._rebuild_tensor_v2', rebuildTensor],
        ['torch._utils._rebuild_parameter', rebuildParameter],
      ]),
      persistent: (id) => storageOf(id, (key) => files.get(`${folder}data/${key}`)),
    });
  } catch (error) {
    throw new Error(`data.pkl, ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function orderedDict(args: readonly Value[]): Value {
  if (args.length > 0) throw new Error('OrderedDict with arguments');
  return new Map();
}

/** _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks) */
function rebuildTensor([storage, offset, size, stride]: readonly Value[]): Value {
  if (!isStorage(storage) || !isCounts([offset]) || !isCounts(size) || !isCounts(stride)) {
    throw new Error('_rebuild_tensor_v2 of other things than a storage, an offset, a size and a stride');
  }
  return strided(storage, { offset: Number(offset), shape: size, stride });
}

/** _rebuild_parameter(data, requires_grad, hooks) */
function rebuildParameter([data]: readonly Value[]): Value {
  if (!isTensor(data)) throw new Error('_rebuild_parameter of what is no tensor');
  return data;
}

/** ('storage', type, key, location, length) */
function storageOf(id: Value, file: (key: string) => Uint8Array | undefined): TorchStorage {
  const [kind, type, key, , length] = Array.isArray(id) ? id : [];
  if (kind !== 'storage' || !isGlobal(type) || typeof key !== 'string' || typeof length !== 'number') {
    throw new Error('a persistent id that is no storage');
  }
  const dtype = storageDtypes.get(type.global);
  const bytes = file(key);
  if (!dtype)
    throw new Error(`a storage of ${type.global}, wanted one of ${[...storageDtypes.keys()].join()}`);
  if (!bytes) throw new Error(`storage ${JSON.stringify(key)} is not in the archive`);
  if (bytes.length !== length * dtype.size) {
    throw new Error(
      `storage ${JSON.stringify(key)} has ${bytes.length} bytes, wanted ${length * dtype.size} for ${length} values of ${dtype.name}`,
    );
  }
  return { dtype, bytes, length };
}

function isCounts(value: Value): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= mostAxes &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}
