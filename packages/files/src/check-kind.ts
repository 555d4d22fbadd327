/** The kinds of files that are asked for. */
export type FileKind = 'safetensors' | 'npz' | 'torch' | 'hdf5' | 'pickle';

interface Kind {
  /** With its article, as in `is …, wanted …`. */
  readonly name: string;
  readonly begins: (bytes: Uint8Array) => boolean;
  /** What may be done about it. */
  readonly advice?: string;
}

const wanted: Readonly<Record<FileKind, Kind>> = {
  npz: { name: 'a .npz archive', begins: (bytes) => firstInZip(bytes).endsWith('.npy') },
  torch: {
    name: 'a PyTorch file',
    begins: (bytes) => /^[^/]+\/data\.pkl$/.test(firstInZip(bytes)),
  },
  safetensors: { name: 'a safetensors file', begins: isSafetensors },
  hdf5: { name: 'an HDF5 file', begins: startsWith('\x89HDF\r\n\x1a\n') },
  pickle: {
    name: 'a Python pickle',
    begins: (bytes) => bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5 && !isOldTorch(bytes),
  },
};

/** Bytes that tell the kind. */
const shortest: Readonly<Record<FileKind, number>> = { npz: 4, torch: 4, safetensors: 9, hdf5: 8, pickle: 2 };

const zip: Kind = {
  name: 'a zip archive',
  begins: (bytes) => startsWith('PK\x03\x04')(bytes) || startsWith('PK\x05\x06')(bytes),
};

/** Known by their first bytes; an earlier one wins. */
const kinds: readonly Kind[] = [
  ...Object.values(wanted),
  { name: 'a Parquet file', begins: startsWith('PAR1') },
  { name: 'a gzip archive', begins: startsWith('\x1f\x8b'), advice: 'unpack it first' },
  { name: 'a .npy file of a single array', begins: startsWith('\x93NUMPY') },
  {
    name: 'a Git LFS pointer and not the file itself',
    begins: startsWith('version https://git-lfs.'),
    advice: '`git lfs pull` fetches it',
  },
  {
    name: 'a web page',
    begins: (bytes) => /^\s*<(!doctype html|html)/i.test(latin1(bytes, 0, 100)),
    advice: 'the download gave it in place of the file',
  },
  {
    name: 'a file of the format of PyTorch before 1.6',
    begins: isOldTorch,
    advice: 'load it in PyTorch and save it again as version 1.6 and later do',
  },
  {
    name: 'a tar archive',
    begins: (bytes) => latin1(bytes, 257, 262) === 'ustar',
    advice: 'unpack it first',
  },
  zip,
];

/**
 * Throws an Error that says what a file is by the first of its `bytes`, and what was wanted, unless it begins as that `kind` does:
 * HDF5, Parquet, gzip, tar, pickles, zip, .npz, .npy, PyTorch, safetensors, Git LFS pointers, web pages, nothing at all.
 * A file that is too short to tell is let through, as is any zip archive where an archive is wanted.
 */
export function checkKind(bytes: Uint8Array, kind: FileKind): void {
  const { name: expected } = wanted[kind];
  if (bytes.length === 0) throw new Error(`is empty, wanted ${expected}`);
  if (bytes.length < shortest[kind]) return;
  const found = kinds.find(({ begins }) => begins(bytes));
  if (found === wanted[kind] || (found === zip && (kind === 'npz' || kind === 'torch'))) return;
  if (found) {
    throw new Error(`is ${found.name}, wanted ${expected}${found.advice ? `: ${found.advice}` : ''}`);
  }
  const first = Array.from(bytes.subarray(0, 9), (byte) => byte.toString(16).padStart(2, '0'));
  throw new Error(`begins with the bytes ${first.join(' ')}, wanted ${expected}`);
}

/** The name of the first file in a zip archive, empty where these are no bytes of one. */
function firstInZip(bytes: Uint8Array): string {
  if (!startsWith('PK\x03\x04')(bytes) || bytes.length < 30) return '';
  return latin1(bytes, 30, 30 + bytes[26] + 256 * bytes[27]);
}

/** The number 0x1950a86a20f9469cfc6c, as torch.save pickles it before all else. */
function isOldTorch(bytes: Uint8Array): boolean {
  return startsWith('\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19')(bytes);
}

/** A length in 8 bytes, below 100 MB, then JSON. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);
}

function startsWith(magic: string): (bytes: Uint8Array) => boolean {
  return (bytes) => latin1(bytes, 0, magic.length) === magic;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
