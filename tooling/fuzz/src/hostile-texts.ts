import type { Hostile } from './hostile.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Safetensors with this header and eight bytes of numbers. */
function tensors(header: string): Uint8Array {
  const bytes = Buffer.alloc(8 + header.length + 8);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8, 'latin1');
  return bytes;
}

/** Nine lists, each of nine times the one before. */
const bomb = 'bcdefghi'
  .split('')
  .map((key, i) => `${key}: &${key} [${`*${'abcdefgh'[i]},`.repeat(9)}]\n`)
  .join('');

/** Files that are text, and headers of safetensors. */
export const hostileTexts: readonly Hostile[] = [
  {
    title: 'a header of 2⁶³ bytes',
    reader: 'tensors',
    bytes: () => Buffer.concat([latin1('\xff\xff\xff\xff\x00\x00\x00\x00{"a":'), new Uint8Array(100)]),
    says: 'does not fit into a file of 113 bytes',
  },
  {
    title: 'a header of 100 MB',
    reader: 'head',
    bytes: () => tensors(`{"__metadata__":{"dppo":"${'a'.repeat(100_000_000)}"}}`),
    says: 'a header of 100000028 bytes, wanted at most 16777216',
  },
  {
    title: 'a header of a million names',
    reader: 'policy',
    bytes: () => tensors(`{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":1`).join(',')}}`),
    says: 'the header is JSON of more than 524288 values',
  },
  {
    title: 'a header of five million lists',
    reader: 'tensors',
    bytes: () => tensors(`{"a":[${'[],'.repeat(5_000_000)}0]}`),
    says: 'the header is JSON of more than 524288 values',
  },
  {
    title: 'a header nested ten million deep',
    reader: 'tensors',
    bytes: () => tensors(`{"a":${'['.repeat(10_000_000)}`),
    says: 'the header is JSON nested deeper than 8',
  },
  {
    title: 'a shape whose product overflows',
    reader: 'tensors',
    bytes: () =>
      tensors(
        '{"a":{"dtype":"F32","shape":[9007199254740991,9007199254740991,9007199254740991],"data_offsets":[0,8]}}',
      ),
    says: 'tensor "a" lies at [0,8], wanted',
  },
  {
    title: 'lists in lists, a thousand deep',
    reader: 'config',
    bytes: () => latin1(`hidden: ${'['.repeat(1000)}`),
    says: 'is nested deeper than 32',
  },
  {
    title: 'lists of lists of lists',
    reader: 'config',
    bytes: () => latin1(`a: &a [x,x,x,x,x,x,x,x,x]\n${bomb}`),
    says: 'Excessive alias count indicates a resource exhaustion attack',
  },
  {
    title: 'a list that holds itself',
    reader: 'config',
    bytes: () => latin1('&a [*a]'),
    says: 'is nested deeper than 32',
  },
  {
    title: 'a list',
    reader: 'config',
    bytes: () => latin1('- seed: 1'),
    says: 'expected object, received array',
  },
  {
    title: 'options of 100 MB',
    reader: 'config',
    bytes: () => new Uint8Array(100_000_000).fill(0x20),
    says: 'has more than 65536 bytes',
  },
  {
    title: 'lists in lists',
    reader: 'history',
    bytes: () => latin1('['.repeat(100_000)),
    says: 'found no history of a run: is nested deeper than 32',
  },
  {
    title: 'a map',
    reader: 'history',
    bytes: () => latin1('a: 1'),
    says: 'found no history of a run: ✖ Invalid input: expected array',
  },
  {
    title: 'a million rows of one metric and a million of another',
    reader: 'metrics',
    bytes: () => latin1('{"a":1}\n{"b":1}\n'.repeat(1_000_000)),
    says: 'more than 4194304 numbers or 10000 names of metrics',
  },
  {
    title: 'rows of a million metrics',
    reader: 'metrics',
    bytes: () => latin1(Array.from({ length: 1_000_000 }, (_, i) => `{"${i}":1}\n`).join('')),
    says: 'more than 4194304 numbers or 10000 names of metrics',
  },
];
