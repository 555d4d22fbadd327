import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { checkKind, type FileKind } from './check-kind.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const archive = (...names: readonly string[]): Uint8Array =>
  zipSync(Object.fromEntries(names.map((name) => [name, latin1('…')])));
const header = '{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}';

const begins = {
  npz: archive('states.npy', 'actions.npy'),
  torch: archive('archive/data.pkl', 'archive/data/0'),
  safetensors: latin1(`${String.fromCharCode(header.length)}\0\0\0\0\0\0\0${header}`),
  hdf5: latin1('\x89HDF\r\n\x1a\n\0\0'),
  pickle: latin1('\x80\x04\x95\x0a\0\0\0\0\0\0\0'),
};

/** How each is called, and a file of it. */
const foreign: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['is empty', latin1('')],
  ['is an HDF5 file', latin1('\x89HDF\r\n\x1a\n\0\0')],
  ['is a Parquet file', latin1('PAR1\x15\x04\x15\x10\x15')],
  ['is a gzip archive', latin1('\x1f\x8b\x08\0\0\0\0\0\0')],
  ['is a .npy file of a single array', latin1("\x93NUMPY\x01\0v\0{'descr'")],
  ['is a Git LFS pointer', latin1('version https://git-lfs.github.com/spec/v1\noid sha256:00\n')],
  ['is a web page', latin1('\n<!DOCTYPE html><html><body>404')],
  [
    'is a file of the format of PyTorch before 1.6',
    latin1('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'),
  ],
  ['is a Python pickle', latin1('\x80\x04\x95\x0a\0\0\0\0\0\0\0')],
  ['is a tar archive', latin1(`${'train.npz'.padEnd(257, '\0')}ustar\x0000`)],
  ['begins with the bytes 65 70 6f 63 68 3a 20 37 0a', latin1('epoch: 7\n')],
];

describe.each<[FileKind, string]>([
  ['npz', 'a .npz archive'],
  ['torch', 'a PyTorch file'],
  ['safetensors', 'a safetensors file'],
  ['hdf5', 'an HDF5 file'],
  ['pickle', 'a Python pickle'],
])('checkKind where %s is wanted', (kind, name) => {
  it('lets the kind through, and every beginning of it that is not empty', () => {
    const bytes = begins[kind];
    for (let length = 1; length <= bytes.length; length++) {
      expect(() => checkKind(bytes.subarray(0, length), kind)).not.toThrow();
    }
  });

  it.each(foreign.filter(([what]) => !what.endsWith(name)))('%s', (what, bytes) => {
    expect(() => checkKind(bytes, kind)).toThrow(what);
    expect(() => checkKind(bytes, kind)).toThrow(name);
  });

  it('names the other kinds that are read here', () => {
    const names = {
      npz: 'a .npz archive',
      torch: 'a PyTorch file',
      safetensors: 'a safetensors file',
      hdf5: 'an HDF5 file',
      pickle: 'a Python pickle',
    };
    for (const other of ['npz', 'torch', 'safetensors', 'hdf5', 'pickle'] as const) {
      if (other === kind) continue;
      expect(() => checkKind(begins[other], kind)).toThrow(
        new Error(`is ${names[other]}, wanted ${names[kind]}`),
      );
    }
  });
});

it.each([0x0280, 0x8b1f])(
  'takes a safetensors file with a header of %d bytes for no pickle or gzip',
  (length) => {
    const bytes = new Uint8Array(8 + length).fill(0x20);
    new DataView(bytes.buffer).setUint16(0, length, true);
    bytes.fill(0, 2, 8).set(latin1(header), 8);
    expect(() => checkKind(bytes, 'safetensors')).not.toThrow();
  },
);

it('lets any zip archive through where an archive is wanted, and says what may be done about others', () => {
  const notes = archive('notes.txt');
  expect(() => checkKind(notes, 'npz')).not.toThrow();
  expect(() => checkKind(archive(), 'torch')).not.toThrow();
  expect(() => checkKind(notes, 'safetensors')).toThrow('is a zip archive, wanted a safetensors file');
  expect(() => checkKind(latin1('version https://git-lfs.github.com/spec/v1'), 'npz')).toThrow(
    new Error(
      'is a Git LFS pointer and not the file itself, wanted a .npz archive: `git lfs pull` fetches it',
    ),
  );
});
