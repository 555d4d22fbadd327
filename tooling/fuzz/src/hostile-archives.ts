import { zipSync } from 'fflate';

import type { Hostile } from './hostile.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A .pt with this pickle and no storage. */
export function torch(pickle: string): Uint8Array {
  return zipSync({ 'a/data.pkl': latin1(`\x80\x02${pickle}.`) });
}

/** The pickle of a list that holds itself so many times. */
export const holdingItself = (times: number): string => `]q\x00(${'h\x00'.repeat(times)}e`;

/** The pickle of a text of so many letters. */
function letters(count: number): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(count);
  return `X${length.toString('latin1')}${'a'.repeat(count)}`;
}

/** An array of .npy that says this of itself. */
function npy(dtype: string, shape: string, numbers: Uint8Array, order = 'False'): Uint8Array {
  const header = `{'descr': '${dtype}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const start = latin1('\x93NUMPY\x01\x00..');
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, latin1(header), numbers]);
}

const array = (dtype: string, shape: string, length = 4, order = 'False'): Uint8Array =>
  zipSync({ 'x.npy': npy(dtype, shape, new Uint8Array(length), order) });

/** An archive whose file unpacks to what it is made of, and says that it is of another size. */
function packed(unpacked: Uint8Array, size: number): Uint8Array {
  const bytes = Buffer.from(zipSync({ 'states.npy': unpacked }));
  for (const at of [22, bytes.indexOf('PK\x01\x02') + 24]) bytes.writeUInt32LE(size, at);
  return bytes;
}

const many = (count: number): Record<string, Uint8Array> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.npy`, new Uint8Array()]));
const zeros = (): Uint8Array => new Uint8Array(2 ** 27);

/** Files of PyTorch and NumPy. */
export const hostileArchives: readonly Hostile[] = [
  {
    title: 'a list that holds itself 50,000 times',
    reader: 'reference',
    bytes: () => torch(holdingItself(50_000)),
    says: 'holds more than 100000 values',
  },
  {
    title: 'a list that holds itself once',
    reader: 'torch',
    bytes: () => torch(holdingItself(1)),
    says: 'names longer than 16777216 characters in all',
  },
  {
    title: 'a pickle of 16 million dicts',
    reader: 'torch',
    bytes: () => torch('}'.repeat(15_000_000)),
    says: 'more than 524288 operations',
  },
  {
    title: 'a pickle that unpacks to 17 million letters',
    reader: 'torch',
    bytes: () => torch(letters(17_000_000)),
    says: 'wanted at most 16777216',
  },
  {
    title: 'a pickle whose keys are long and shared',
    reader: 'torch',
    bytes: () => torch(`}${letters(1_000_000)}](${']'.repeat(50_000)}es`),
    says: 'names longer than 16777216 characters in all',
  },
  {
    title: 'an archive that unpacks to 128 MB of zeros',
    reader: 'demonstrations',
    bytes: () => zipSync({ 'states.npy': zeros() }),
    says: 'unpacks to 134217728 bytes, too many for a file of',
  },
  {
    title: 'an archive that unpacks to more than it says',
    reader: 'npz',
    bytes: () => packed(zeros(), 10),
    says: '"states.npy" is damaged',
  },
  {
    title: 'an archive that says it unpacks to 4 GB',
    reader: 'npz',
    bytes: () => packed(new Uint8Array(10), 0xff_ff_ff_fe),
    says: 'unpacks to 4294967294 bytes, too many for a file of',
  },
  {
    title: 'an archive of 9000 files',
    reader: 'npz',
    bytes: () => zipSync(many(9000), { level: 0 }),
    says: 'is an archive of more than 8192 files',
  },
  {
    title: 'an array of 2⁶⁴ numbers',
    reader: 'npz',
    bytes: () => array('<f4', '(4294967296, 4294967296)'),
    says: 'array "x" has 4 bytes of data, wanted 73786976294838210000',
  },
  {
    title: 'an array of more numbers than there are words for',
    reader: 'npz',
    bytes: () => array('<f4', `(${'9'.repeat(400)},)`),
    says: 'array "x" has 4 bytes of data, wanted Infinity',
  },
  {
    title: 'an array of fewer than no numbers',
    reader: 'npz',
    bytes: () => array('<f4', '(-1, -1)'),
    says: 'array "x" has the header',
  },
  {
    title: 'an array in Fortran order',
    reader: 'npz',
    bytes: () => array('<f4', '(1, 1)', 4, 'True'),
    says: 'array "x" is in Fortran order',
  },
  {
    title: 'an array with a header of 30,000 bytes',
    reader: 'npz',
    bytes: () => array('<f4', `(1,${' '.repeat(30_000)})`),
    says: 'array "x" has a header of 30068 bytes, wanted at most 10000',
  },
  {
    title: 'ranges of ten million numbers',
    reader: 'normalization',
    bytes: () =>
      zipSync(
        Object.fromEntries(
          ['obs_min', 'obs_max', 'action_min', 'action_max'].map((name) => [
            `${name}.npy`,
            npy('<f4', '(1000000,)', new Uint8Array(4_000_000)),
          ]),
        ),
      ),
    says: 'obs_min has 1000000 numbers, wanted at most 65536',
  },
];
