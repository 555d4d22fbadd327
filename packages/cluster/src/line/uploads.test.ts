import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { digestOf } from '../digest-of.ts';
import { PART, PIECE } from '../names.ts';
import { type Uploads, uploads } from './uploads.ts';

const total = PART + 3;
const bytes = Uint8Array.from({ length: total }, (_, i) => i % 251);
const ticket = { round: 'r', index: 0 };

function partAt(offset: number, worker = 'a') {
  const body = bytes.subarray(offset, offset + PART);
  return { worker, ticket, total, offset, crc: crc32(body) };
}

function pieces(incoming: Uploads, { worker, offset }: ReturnType<typeof partAt>, lost: number): void {
  const end = Math.min(offset + PART, total);
  for (let at = offset, i = 0; at < end; at += PIECE, i++) {
    if (i !== lost) incoming.add(worker, bytes.subarray(at, Math.min(at + PIECE, end)));
  }
}

/** Begins a part and sends its pieces, all but the one of this number, and says that they were sent. */
function sent(incoming: Uploads, part: ReturnType<typeof partAt>, lost = -1): Uint8Array | boolean {
  incoming.begin(part);
  pieces(incoming, part, lost);
  return incoming.take(part);
}

describe('uploads', () => {
  it('puts parts together in any order, also one that came twice', () => {
    const incoming = uploads();
    const [first, second] = [partAt(0), partAt(PART)];
    expect(sent(incoming, second)).toBe(true);
    expect(sent(incoming, second)).toBe(true);
    const whole = sent(incoming, first);
    expect(whole instanceof Uint8Array && digestOf(whole)).toBe(digestOf(bytes));
  });

  it('keeps workers apart', () => {
    const incoming = uploads();
    expect(sent(incoming, partAt(0))).toBe(true);
    expect(sent(incoming, partAt(PART, 'b'))).toBe(true);
  });

  it('asks again for a part that was damaged on its way, or of which a piece was lost', () => {
    const incoming = uploads();
    const part = partAt(0);
    expect(sent(incoming, part, 3)).toBe(false);
    expect(sent(incoming, part)).toBe(true);
    const damaged = bytes.slice(0, PIECE);
    damaged[77] ^= 4;
    incoming.begin(part);
    incoming.add('a', damaged);
    expect(incoming.take(part)).toBe(false);
    expect(sent(incoming, part)).toBe(true);
  });

  it('waits for a part that came, and is sent again with other bytes', () => {
    const incoming = uploads();
    expect(sent(incoming, partAt(0))).toBe(true);
    incoming.begin(partAt(0));
    incoming.add('a', new Uint8Array(PIECE));
    expect(sent(incoming, partAt(PART))).toBe(true);
    const whole = sent(incoming, partAt(0));
    expect(whole instanceof Uint8Array && digestOf(whole)).toBe(digestOf(bytes));
  });

  it('writes pieces of which it was not told where they belong into no other part', () => {
    const incoming = uploads();
    pieces(incoming, partAt(0), -1);
    expect(incoming.take(partAt(0))).toBe(false);
    expect(sent(incoming, partAt(PART))).toBe(true);
    pieces(incoming, partAt(0), -1);
    expect(incoming.take(partAt(PART))).toBe(true);
    const whole = sent(incoming, partAt(0));
    expect(whole instanceof Uint8Array && digestOf(whole)).toBe(digestOf(bytes));
  });

  it.for([
    { total: 2 ** 40, offset: 0 },
    { total, offset: 5 },
    { total, offset: 2 * PART },
    { total: 10, offset: 0 },
  ])('takes no part of %j, before it takes memory', (sizes) => {
    const incoming = uploads();
    incoming.begin({ worker: 'a', ticket, ...sizes });
    incoming.add('a', bytes.subarray(0, PIECE));
    expect(incoming.take({ ...partAt(0), ...sizes })).toBe(false);
  });

  it('takes an empty result', () => {
    const empty = new Uint8Array();
    const part = { worker: 'a', ticket, total: 0, offset: 0, crc: crc32(empty) };
    const incoming = uploads();
    incoming.begin(part);
    expect(incoming.take(part)).toEqual(empty);
  });
});
