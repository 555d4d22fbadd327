import { describe, expect, it } from 'vitest';

import { avoid } from './avoid.ts';
import { demonstratedWays, gapAt, rodRadius, rows, ways, type Way } from './course.ts';
import { demonstrator } from './demonstrator.ts';

/** The observations of one demonstration, up to the finish. */
function demonstration(way: Way, seed: number): { obs: Float32Array[]; rewards: number[] } {
  const env = avoid();
  const policy = demonstrator(way, seed);
  const all = [env.reset()];
  const rewards: number[] = [];
  while (all[all.length - 1][3] <= 0.4 && all.length < 150) {
    const { obs, reward } = env.step(policy(all[all.length - 1]));
    all.push(obs);
    rewards.push(reward);
  }
  return { obs: all, rewards };
}

/** The gap of each row where the original looks: 30 mm before the first two, in the middle of the last. */
function wayOf(obs: readonly Float32Array[]): number[] {
  return [0.03, 0.03, 0].map((before, row) => {
    const passing = obs.find(([, , , y]) => y >= rows[row][0].y - before);
    return passing ? gapAt(row, passing[2]) : NaN;
  });
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

describe('demonstrator', () => {
  it.each(ways)('takes gaps %i, %i, %i to the finish without touching a cylinder', (...way) => {
    for (const seed of seeds) {
      const { obs, rewards } = demonstration(way, seed);
      expect(wayOf(obs)).toEqual(way);
      expect(obs[obs.length - 1][3]).toBeGreaterThan(0.4);
      expect(obs.length).toBeLessThan(120);
      expect(Math.min(...rewards)).toBe(0);
      for (const { x, y, radius } of rows.flat()) {
        const distance = Math.min(...obs.map((at) => Math.hypot(at[2] - x, at[3] - y)));
        expect(distance).toBeGreaterThan(radius + rodRadius);
      }
    }
  });

  it('knows 24 ways, and two of them for each of the sets of the paper', () => {
    expect(new Set(ways.map(String)).size).toBe(24);
    expect(demonstratedWays).toEqual({
      m1: [
        [1, 0, 0],
        [1, 0, 1],
      ],
      m2: [
        [1, 0, 0],
        [1, 0, 2],
      ],
      m3: [
        [1, 0, 0],
        [1, 0, 3],
      ],
    });
  });

  it('lets the rod lag 14 mm behind on average', () => {
    const lags = ways.flatMap((way) =>
      demonstration(way, 1).obs.map(([dx, dy, x, y]) => Math.hypot(dx - x, dy - y)),
    );
    const mean = lags.reduce((sum, lag) => sum + lag, 0) / lags.length;
    expect(mean).toBeGreaterThan(0.0135);
    expect(mean).toBeLessThan(0.0145);
  });

  it('repeats a demonstration for the same seed and makes another one for another', () => {
    const [way] = demonstratedWays.m1;
    expect(demonstration(way, 3)).toEqual(demonstration(way, 3));
    expect(demonstration(way, 3).obs[40]).not.toEqual(demonstration(way, 4).obs[40]);
  });

  it('refuses a gap that its row does not have', () => {
    expect(() => demonstrator([0, 3, 0], 0)).toThrow('demonstrator: gap 1 of the way is 3');
  });
});
