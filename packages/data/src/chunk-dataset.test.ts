import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDataset } from './chunk-dataset.ts';

/** Row r of n is (r, r + 0.5, …): every value says where it came from. */
const rows = (n: number, dim: number): Float32Array =>
  Float32Array.from({ length: n * dim }, (_, i) => Math.floor(i / dim) + (i % dim) / 2);

describe('chunkDataset', () => {
  it('repeats the first observation of an episode and never reaches beyond its last action', () => {
    // Episodes of rows 0 1 2 and 3 4; chunks of two actions start at rows 0, 1 and 3.
    const data = { states: rows(5, 1), actions: rows(5, 1), trajLengths: [3, 2], obsDim: 1, actionDim: 1 };
    const pairs = chunkDataset(data, { condSteps: 2, horizonSteps: 2 });
    expect(pairs.length).toBe(3);
    expect(pairs.gather([0, 1, 2])).toEqual({
      'obs.state': { shape: [2, 1], data: Float32Array.of(0, 0, 0, 1, 3, 3) },
      actions: { shape: [2, 1], data: Float32Array.of(0, 1, 1, 2, 3, 4) },
    });
  });

  it('leaves out the episodes whose lengths are not given', () => {
    const data = { states: rows(5, 1), actions: rows(5, 1), trajLengths: [3], obsDim: 1, actionDim: 1 };
    expect(chunkDataset(data, { condSteps: 1, horizonSteps: 1 }).length).toBe(3);
  });

  const arbitrary = fc.record({
    trajLengths: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 }),
    obsDim: fc.integer({ min: 1, max: 3 }),
    actionDim: fc.integer({ min: 1, max: 3 }),
    condSteps: fc.integer({ min: 1, max: 4 }),
    horizonSteps: fc.integer({ min: 1, max: 5 }),
  });

  it('takes each chunk and its history from one episode, in order, the last observation beside the first action', () => {
    fc.assert(
      fc.property(arbitrary, ({ trajLengths, obsDim, actionDim, condSteps, horizonSteps }) => {
        fc.pre(trajLengths.some((length) => length >= horizonSteps));
        const total = trajLengths.reduce((a, b) => a + b, 0);
        const data = {
          states: rows(total, obsDim),
          actions: rows(total, actionDim),
          trajLengths,
          obsDim,
          actionDim,
        };
        const pairs = chunkDataset(data, { condSteps, horizonSteps });
        const episode = trajLengths.flatMap((length, e) => Array.from({ length }, () => e));
        for (let index = 0; index < pairs.length; index++) {
          const { 'obs.state': obs, actions } = pairs.gather([index]);
          const seen = Array.from({ length: condSteps }, (_, k) => obs.data[k * obsDim]);
          const done = Array.from({ length: horizonSteps }, (_, k) => actions.data[k * actionDim]);
          expect(seen.at(-1)).toBe(done[0]);
          expect(done).toEqual(done.map((_, k) => done[0] + k));
          expect(new Set([...seen, ...done].map((row) => episode[row])).size).toBe(1);
          const first = episode.indexOf(episode[done[0]]);
          expect(seen).toEqual(seen.map((_, k) => Math.max(first, done[0] - (condSteps - 1 - k))));
        }
      }),
    );
  });

  it('gathers a batch as the rows gathered one by one', () => {
    const data = { states: rows(20, 3), actions: rows(20, 2), trajLengths: [7, 13], obsDim: 3, actionDim: 2 };
    const pairs = chunkDataset(data, { condSteps: 2, horizonSteps: 3 });
    fc.assert(
      fc.property(fc.array(fc.nat(pairs.length - 1)), (indices) => {
        const each = indices.map((index) => pairs.gather([index]));
        const batch = pairs.gather(indices);
        for (const name of ['obs.state', 'actions'] as const) {
          expect([...batch[name].data]).toEqual(each.flatMap((table) => Array.from(table[name].data)));
        }
      }),
    );
  });

  const data = { states: rows(5, 2), actions: rows(5, 1), trajLengths: [3, 2], obsDim: 2, actionDim: 1 };
  const sizes = { condSteps: 1, horizonSteps: 2 };

  it.each([
    [
      { ...data, trajLengths: [3, 3] },
      sizes,
      'trajLengths sum to 6, but states hold 5 rows of 2 and actions 5 rows of 1',
    ],
    [{ ...data, trajLengths: [3, -1] }, sizes, 'trajLengths has -1, wanted integers from 0'],
    [
      data,
      { ...sizes, horizonSteps: 4 },
      'the longest of 2 trajectories has 3 rows, wanted horizonSteps 4 or more',
    ],
    [data, { ...sizes, condSteps: 0 }, 'condSteps 0, wanted a positive integer'],
  ])('refuses what does not fit together (%#)', (wrong, options, message) => {
    expect(() => chunkDataset(wrong, options)).toThrow(new RangeError(`chunkDataset: ${message}`));
  });

  it.each([3, -1, 0.5, Number.NaN])('refuses to gather the pair %d of three', (index) => {
    expect(() => chunkDataset(data, sizes).gather([0, index])).toThrow(
      new RangeError(`gather: index ${index} at 1, wanted an integer in [0, 3)`),
    );
  });
});
