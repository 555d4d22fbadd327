import { describe, expect, it } from 'vitest';

import { recordEpisodes, type RecordedEpisode } from './record-episodes.ts';
import { pointMass } from './point-mass.ts';
import { describeEnv } from './testing/index.ts';
import { timeLimit } from './time-limit.ts';
import { vectorize } from './vectorize.ts';

const push = Float32Array.of(1);

describe('recordEpisodes', () => {
  describeEnv('a recorded point mass', () => recordEpisodes(timeLimit(pointMass(), 10), () => {}));

  it('hands over all of an episode in the step that ends it', () => {
    const episodes: RecordedEpisode[] = [];
    const env = recordEpisodes(timeLimit(pointMass(), 3), (episode) => episodes.push(episode));
    const first = env.reset(4);
    const steps = [1, 0, -1].map((force) => {
      expect(episodes).toHaveLength(0);
      return env.step(Float32Array.of(force));
    });
    expect(episodes).toEqual([
      {
        seed: 4,
        observations: [first, ...steps.map(({ obs }) => obs)],
        actions: [Float32Array.of(1), Float32Array.of(0), Float32Array.of(-1)],
        rewards: steps.map(({ reward }) => reward),
        terminated: false,
        truncated: true,
        length: 3,
      },
    ]);
  });

  it('tells a task that ended from an episode that was cut, and both from one that reset cut short', () => {
    const ends: unknown[] = [];
    const env = recordEpisodes(timeLimit(pointMass(), 40), ({ length, terminated, truncated, seed }) =>
      ends.push({ length, terminated, truncated, seed }),
    );
    env.reset(0);
    while (ends.length === 0) env.step(push);
    env.reset();
    for (let t = 0; t < 40; t++) env.step(Float32Array.of(0));
    env.reset(5);
    env.reset(6);
    env.step(push);
    env.reset(7);
    expect(ends).toEqual([
      { length: expect.any(Number), terminated: true, truncated: false, seed: 0 },
      { length: 40, terminated: false, truncated: true, seed: undefined },
      { length: 1, terminated: false, truncated: false, seed: 6 },
    ]);
  });

  it('hands over all of an episode that goes on elsewhere', () => {
    const [whole, moved]: [RecordedEpisode[], RecordedEpisode[]] = [[], []];
    const here = recordEpisodes(timeLimit(pointMass(), 5), (episode) => whole.push(episode));
    const there = recordEpisodes(timeLimit(pointMass(), 5), (episode) => moved.push(episode));
    for (const seed of [3, undefined]) {
      here.reset(seed);
      here.step(push);
      here.step(push);
      there.restore?.(here.save?.() ?? new Float64Array());
      for (const env of [here, there]) for (let t = 0; t < 3; t++) env.step(push);
    }
    expect(whole).toMatchObject([{ seed: 3, length: 5 }, { seed: undefined }]);
    expect(moved).toEqual(whole);
  });

  it('records no step past the end', () => {
    const lengths: number[][] = [];
    const env = recordEpisodes(timeLimit(pointMass(), 2), (episode) =>
      lengths.push([episode.length, episode.observations.length]),
    );
    env.reset(0);
    for (let t = 0; t < 4; t++) env.step(push);
    env.reset(1);
    expect(lengths).toEqual([[2, 3]]);
  });

  it('keeps what it recorded from later changes of the arrays', async () => {
    const kept: RecordedEpisode[] = [];
    const make = () => recordEpisodes(timeLimit(pointMass(), 2), (episode) => kept.push(episode));
    const vector = vectorize(make, 2);
    await vector.reset(0);
    for (const force of [0.5, 0.25, 1]) await vector.step(Float32Array.of(force, force));
    const alone = make();
    alone.reset(1);
    const action = Float32Array.of(0.5);
    alone.step(action).obs.fill(9);
    action[0] = 0.25;
    alone.step(action);
    // Environment 1 of the vector was seeded with 0 + 1.
    expect(kept[2]).toEqual(kept[1]);
  });
});
