import { describe, expect, it } from 'vitest';

import { formatHeader, parseHeader } from './header.ts';

/** The bytes of a file of this header and so many zeros. */
function file(header: string, dataLength: number): Uint8Array {
  const bytes = Buffer.alloc(8 + header.length + dataLength);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  return bytes;
}

describe('formatHeader', () => {
  it('is read by parseHeader', () => {
    const entries = [{ name: 'ω', dtype: 'F32', shape: [2, 0], begin: 0, end: 0 }] as const;
    const bytes = formatHeader(entries, { step: '7' });
    expect(parseHeader(bytes)).toEqual({ entries, metadata: { step: '7' }, start: bytes.length });
    expect(bytes.length % 8).toBe(0);
  });
});

describe('parseHeader', () => {
  const x = '{"dtype":"I32","shape":[1],"data_offsets":[0,4]}';
  it.each([
    ['{"x":', 'the header is not JSON'],
    ['[]', 'the header is not a JSON object'],
    [`{"__metadata__":{"step":7},"x":${x}}`, '__metadata__ is not a map of strings'],
    ['{"x":7}', 'tensor "x" is not described by an object'],
    [
      '{"x":{"dtype":"U16","shape":[1],"data_offsets":[0,2]}}',
      'tensor "x" has dtype "U16", wanted one of F32 F16 BF16 F64 I32 I64 BOOL U8',
    ],
    [
      '{"x":{"dtype":"toString","shape":[1],"data_offsets":[0,8]}}',
      'tensor "x" has dtype "toString", wanted one of F32 F16 BF16 F64 I32 I64 BOOL U8',
    ],
    [
      '{"x":{"dtype":"I32","shape":[-1],"data_offsets":[0,4]}}',
      'tensor "x" has shape [-1], wanted up to 64 sizes',
    ],
    [
      '{"x":{"dtype":"I32","shape":[1],"data_offsets":[4]}}',
      'tensor "x" has data_offsets [4], wanted [begin, end]',
    ],
    [
      '{"x":{"dtype":"I32","shape":[2,3],"data_offsets":[0,4]}}',
      'tensor "x" lies at [0,4], wanted 24 bytes for I32 [2,3]',
    ],
    [
      '{"x":{"dtype":"I32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}',
      'tensor "x" lies at [0,0], wanted 73786976294838210000 bytes for I32 [4294967296,4294967296]',
    ],
    [
      '{"x":{"dtype":"I32","shape":[3],"data_offsets":[0,12]}}',
      'tensor "x" ends at byte 12 of 8; is the file truncated?',
    ],
    [`{"x":${x},"y":${x}}`, 'tensor "y" begins at byte 0, wanted 4'],
    ['{"x":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}}', 'tensor "x" begins at byte 4, wanted 0'],
    [`{"x":${x}}`, 'the tensors fill 4 bytes, wanted 8'],
  ])('refuses %s before eight bytes', (header, message) => {
    expect(() => parseHeader(file(header, 8))).toThrow(new Error(message));
  });

  it.each([
    [`{"x":${'['.repeat(20)}`, 'the header is JSON nested deeper than 8'],
    [`{"x":[${'0,'.repeat(2 ** 19)}`, 'the header is JSON of more than 524288 values'],
    [' '.repeat(2 ** 24 + 8), 'a header of 16777224 bytes, wanted at most 16777216'],
    [
      `{"x":{"dtype":"F32","shape":[${'1,'.repeat(64)}1],"data_offsets":[0,4]}}`,
      `tensor "x" has shape [${'1,'.repeat(64)}1], wanted up to 64 sizes`,
    ],
  ])('refuses %.12s… before it takes memory', (header, message) => {
    expect(() => parseHeader(file(header, 8))).toThrow(new Error(message));
  });

  it('refuses a header beyond the end of the file before it reads one', () => {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64LE(100_000_001n);
    expect(() => parseHeader(bytes)).toThrow(
      'a header of 100000001 bytes does not fit into a file of 16 bytes',
    );
  });
});
