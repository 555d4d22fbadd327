import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  columnsOf,
  concatRows,
  emptyLike,
  gatherRows,
  observationOf,
  putRows,
  rowsOf,
  sizeOf,
  type Table,
} from './table.ts';

/** Rows of two numbers, of one and of a flag; row i says i. */
const numbered = (from: number, count: number): Table => ({
  'obs.state': {
    shape: [2],
    data: Float32Array.from({ length: 2 * count }, (_, i) => from + (i >> 1) + (i % 2) / 2),
  },
  time: { shape: [], data: Int32Array.from({ length: count }, (_, i) => from + i) },
  first: { shape: [1, 1], data: Uint8Array.from({ length: count }, (_, i) => (from + i) % 2) },
});
const none = emptyLike(numbered(0, 1), 0);
const counts = fc.nat(5);

describe('rowsOf', () => {
  it('counts rows, not numbers', () => {
    expect(rowsOf({ a: { shape: [2, 3], data: new Float32Array(12) } })).toBe(2);
    expect(sizeOf([])).toBe(1);
  });

  it('refuses no columns, and columns of different lengths', () => {
    expect(() => rowsOf({})).toThrow('table: got no columns, wanted columns of equally many rows');
    const table = { a: { shape: [2], data: new Float32Array(6) }, b: { shape: [], data: new Uint8Array(2) } };
    expect(() => rowsOf(table)).toThrow(
      new RangeError('table: got a 3, b 2, wanted columns of equally many rows'),
    );
  });
});

describe('gatherRows', () => {
  it('is by hand the rows of those numbers, in their order and as often', () => {
    const { 'obs.state': state, time, first } = gatherRows(numbered(0, 4), [3, 1, 1]);
    expect(state).toEqual({ shape: [2], data: Float32Array.of(3, 3.5, 1, 1.5, 1, 1.5) });
    expect(time).toEqual({ shape: [], data: Int32Array.of(3, 1, 1) });
    expect(first).toEqual({ shape: [1, 1], data: Uint8Array.of(1, 1, 1) });
  });

  it('is one choice after another where it is of rows gathered before', () => {
    const rows = fc.array(fc.nat(3), { minLength: 4, maxLength: 6 });
    fc.assert(
      fc.property(rows, rows, (some, others) => {
        const chosen = others.map((row) => row % 4);
        const twice = gatherRows(gatherRows(numbered(0, 4), some), chosen);
        expect(twice).toEqual(
          gatherRows(
            numbered(0, 4),
            chosen.map((row) => some[row]),
          ),
        );
      }),
    );
  });
});

describe('concatRows', () => {
  it('is one table after another', () => {
    fc.assert(
      fc.property(counts, counts, counts, (a, b, c) => {
        const parts = [numbered(0, a), numbered(a, b), numbered(a + b, c)];
        expect(concatRows(parts)).toEqual(numbered(0, a + b + c));
      }),
    );
  });

  it('refuses no tables, and a column that not all of them have, whichever has it', () => {
    expect(() => concatRows([])).toThrow(new RangeError('concatRows: got no tables, wanted at least 1'));
    const [table, more] = [
      numbered(0, 1),
      { ...numbered(1, 1), reward: { shape: [], data: new Float32Array(1) } },
    ];
    for (const tables of [
      [table, more],
      [more, table],
    ]) {
      expect(() => concatRows(tables)).toThrow('concatRows: table 1 has columns first, obs.state, ');
    }
  });
});

describe('putRows', () => {
  it('goes on at the beginning where a ring ends, and wherever its counter stands', () => {
    const ring = emptyLike(numbered(0, 1), 3);
    putRows(ring, 0, numbered(0, 2));
    expect(ring.time.data).toEqual(Int32Array.of(0, 1, 0));
    putRows(ring, 2, numbered(2, 2));
    expect(ring.time.data).toEqual(Int32Array.of(3, 1, 2));
    expect(ring['obs.state'].data).toEqual(Float32Array.of(3, 3.5, 1, 1.5, 2, 2.5));
    putRows(ring, 7, numbered(7, 1));
    expect(ring.time.data).toEqual(Int32Array.of(3, 7, 2));
  });

  it('keeps the last rows of all that were ever put in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), (lengths) => {
        const ring = emptyLike(numbered(0, 1), 4);
        let at = 0;
        for (const length of lengths) {
          putRows(ring, at, numbered(at, length));
          at += length;
        }
        const last = Array.from({ length: Math.min(at, 4) }, (_, i) => at - 1 - i);
        expect(
          gatherRows(
            ring,
            last.map((i) => i % 4),
          ),
        ).toEqual(gatherRows(numbered(0, at), last));
      }),
    );
  });

  it('leaves out what the table has no column for, and takes no rows', () => {
    const table = { time: { shape: [], data: Int32Array.of(5) } };
    putRows(table, 0, none);
    expect(table.time.data).toEqual(Int32Array.of(5));
    putRows(table, 0, numbered(6, 1));
    expect(table).toEqual({ time: { shape: [], data: Int32Array.of(6) } });
  });

  it('refuses a column that is missing or of another shape, and more rows than fit, and then changes nothing', () => {
    const table = numbered(0, 2);
    const { first: _, ...less } = numbered(5, 1);
    const other = { ...numbered(5, 1), first: { shape: [2], data: new Uint8Array(2) } };
    expect(() => putRows(table, 0, less)).toThrow(
      'putRows: first is missing, wanted at most 2 rows of [1,1]',
    );
    expect(() => putRows(table, 0, other)).toThrow(
      'putRows: first is [1, 2], wanted at most 2 rows of [1,1]',
    );
    expect(() => putRows(table, 0, numbered(5, 3))).toThrow(
      'putRows: obs.state is [3, 2], wanted at most 2 rows of [2]',
    );
    const uneven = { ...numbered(5, 2), time: { shape: [], data: Int32Array.of(5) } };
    expect(() => putRows(table, 0, uneven)).toThrow('wanted columns of equally many rows');
    expect(table).toEqual(numbered(0, 2));
  });
});

describe('observationOf', () => {
  it('is what the policy sees, by its names, a tensor [rows, …shape] of each', () => {
    const seen = observationOf({
      ...numbered(0, 3),
      'obs.rgb': { shape: [1, 2, 1], data: new Uint8Array(6) },
    });
    expect(Object.keys(seen)).toEqual(['state', 'rgb']);
    expect(seen.state.shape).toEqual([3, 2]);
    expect(seen.state).toBeAllclose([0, 0.5, 1, 1.5, 2, 2.5]);
    expect([seen.rgb.shape, seen.rgb.dtype]).toEqual([[3, 1, 2, 1], 'int32']);
    expect(columnsOf(numbered(0, 3), 'reached.')).toEqual({});
  });
});
