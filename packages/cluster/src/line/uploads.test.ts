import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { digestOf } from '../digest-of.ts';
import { PART } from '../names.ts';
import { uploads } from './uploads.ts';

const total = PART + 3;
const bytes = Uint8Array.from({ length: total }, (_, i) => i % 251);
const ticket = { round: 'r', index: 0 };

function partAt(offset: number, worker = 'a') {
  const body = bytes.subarray(offset, offset + PART);
  return { part: { worker, ticket, total, offset, crc: crc32(body) }, body };
}

describe('uploads', () => {
  it('puts parts together in any order, also one that came twice', () => {
    const incoming = uploads();
    const [first, second] = [partAt(0), partAt(PART)];
    expect(incoming.take(second.part, second.body)).toBe(true);
    expect(incoming.take(second.part, second.body)).toBe(true);
    const whole = incoming.take(first.part, first.body);
    expect(whole instanceof Uint8Array && digestOf(whole)).toBe(digestOf(bytes));
  });

  it('keeps workers apart', () => {
    const incoming = uploads();
    const [mine, others] = [partAt(0), partAt(PART, 'b')];
    expect(incoming.take(mine.part, mine.body)).toBe(true);
    expect(incoming.take(others.part, others.body)).toBe(true);
  });

  it('asks again for a part that was damaged on its way', () => {
    const incoming = uploads();
    const { part, body } = partAt(0);
    const damaged = body.slice();
    damaged[77] ^= 4;
    expect(incoming.take(part, damaged)).toBe(false);
    expect(incoming.take(part, body)).toBe(true);
  });

  it.for([
    { total: 2 ** 40, offset: 0 },
    { total, offset: 5 },
    { total, offset: 2 * PART },
    { total: 10, offset: 0 },
  ])('takes no part of %j, before it takes memory', (sizes) => {
    const { part, body } = partAt(0);
    expect(uploads().take({ ...part, ...sizes }, body)).toBe(false);
  });

  it('takes an empty result', () => {
    const body = new Uint8Array();
    expect(uploads().take({ worker: 'a', ticket, total: 0, offset: 0, crc: crc32(body) }, body)).toEqual(
      body,
    );
  });
});
