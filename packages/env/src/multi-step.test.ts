import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Env, Step } from './env.ts';
import { multiStep } from './multi-step.ts';
import { pointMass } from './point-mass.ts';
import { describeEnv } from './testing/index.ts';
import { timeLimit } from './time-limit.ts';
import { vectorize } from './vectorize.ts';

/** obs [t], reward = the action; terminated in step `length`. */
function counter(length: number): Env {
  let t = 0;
  return {
    obsShape: [1],
    actionShape: [1],
    reset: () => Float32Array.of((t = 0)),
    step: (action): Step => ({
      obs: Float32Array.of(++t),
      reward: action[0],
      terminated: t === length,
      truncated: false,
    }),
  };
}

describe('multiStep', () => {
  describeEnv('a chunk of a truncated point mass', () =>
    multiStep(timeLimit(pointMass(), 20), { condSteps: 2, actSteps: 3 }),
  );

  it('refuses a state of another history', () => {
    const [one, two] = [1, 2].map((condSteps) => multiStep(pointMass(), { condSteps }));
    for (const env of [one, two]) env.reset(0);
    expect(() => two.restore?.(one.save?.() ?? new Float64Array())).toThrow(
      new RangeError('multiStep: state has 2 numbers, wanted 4'),
    );
  });

  it('says of a chunk whether any step was a success, and its best progress, as rows of a vector too', async () => {
    const outcomes: Pick<Step, 'success' | 'progress'>[] = [
      { success: false, progress: 0.25 },
      { success: true, progress: 0.75 },
      { success: false, progress: 0.5 },
      { success: false },
      {},
      {},
    ];
    const make = (): Env => {
      const env = counter(9);
      let t = 0;
      return multiStep(
        { ...env, step: (action) => ({ ...env.step(action), ...outcomes[t++] }) },
        { actSteps: 2 },
      );
    };
    const env = make();
    env.reset();
    const said = [0, 1, 2].map(() => {
      const { success, progress } = env.step(new Float32Array(2));
      return { success, progress };
    });
    expect(said).toEqual([
      { success: true, progress: 0.75 },
      { success: false, progress: 0.5 },
      { success: undefined, progress: undefined },
    ]);
    const vector = vectorize(make, 1);
    await vector.reset();
    const rows: number[][] = [];
    for (let chunk = 0; chunk < 3; chunk++) {
      const { success, progress } = await vector.step(new Float32Array(2));
      rows.push([...success, ...progress]);
    }
    expect(rows).toEqual([
      [1, 0.75],
      [0, 0.5],
      [NaN, NaN],
    ]);
  });

  it('stacks the last observations, oldest first, the first one standing for those before it', () => {
    const env = multiStep(counter(9), { condSteps: 3 });
    expect(env.obsShape).toEqual([3, 1]);
    expect([...env.reset()]).toEqual([0, 0, 0]);
    expect([...env.step(Float32Array.of(0)).obs]).toEqual([0, 0, 1]);
    expect([...env.step(Float32Array.of(0)).obs]).toEqual([0, 1, 2]);
    expect([...env.step(Float32Array.of(0)).obs]).toEqual([1, 2, 3]);
    expect([...env.reset()]).toEqual([0, 0, 0]);
  });

  it.each([
    ['sum', 6],
    ['mean', 2],
    ['max', 5],
    ['min', -1],
  ] as const)('makes the %s of the rewards 2, −1, 5 the reward', (aggregate, reward) => {
    const env = multiStep(counter(9), { actSteps: 3, aggregate });
    env.reset();
    expect(env.step(Float32Array.of(2, -1, 5))).toMatchObject({ reward, steps: 3, terminated: false });
  });

  it('drops the actions after the end of the episode from reward, steps and observation', () => {
    const env = multiStep(counter(2), { condSteps: 2, actSteps: 4, aggregate: 'mean' });
    env.reset();
    const step = env.step(Float32Array.of(1, 2, 100, 100));
    expect(step).toMatchObject({ reward: 1.5, steps: 2, terminated: true, truncated: false });
    expect([...step.obs]).toEqual([1, 2]);
  });

  it('stops at a time limit inside a chunk', () => {
    const env = multiStep(timeLimit(counter(9), 5), { actSteps: 4 });
    env.reset();
    expect(env.step(new Float32Array(4))).toMatchObject({ steps: 4, truncated: false });
    expect(env.step(new Float32Array(4))).toMatchObject({ steps: 1, truncated: true, terminated: false });
  });

  it('takes the same steps in chunks as one at a time', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 40 }),
        (seed, actSteps, forces) => {
          const [chunked, single] = [multiStep(pointMass(), { actSteps }), pointMass()];
          expect(chunked.reset(seed)).toEqual(single.reset(seed));
          for (let t = 0; t + actSteps <= forces.length; t += actSteps) {
            const step = chunked.step(Float32Array.from(forces.slice(t, t + actSteps)));
            const steps = forces.slice(t, t + (step.steps ?? 0)).map((a) => single.step(Float32Array.of(a)));
            expect(step.obs).toEqual(steps.at(-1)?.obs);
            expect(step.reward).toBeCloseTo(
              steps.reduce((sum, { reward }) => sum + reward, 0),
              9,
            );
            if (step.terminated) return;
          }
        },
      ),
    );
  });

  it('counts the steps of a chunk of chunks', () => {
    const env = multiStep(multiStep(counter(5), { actSteps: 2 }), { actSteps: 3 });
    env.reset();
    expect(env.step(Float32Array.of(1, 1, 1, 1, 1, 1))).toMatchObject({
      steps: 5,
      reward: 5,
      terminated: true,
    });
  });

  it('refuses to step before it is reset', () => {
    const env = multiStep(counter(9), { condSteps: 2 });
    expect(() => env.step(Float32Array.of(0))).toThrow('multiStep: step before the first reset');
  });

  it('refuses options that make no sense', () => {
    expect(() => multiStep(counter(2), { condSteps: 0 })).toThrow('multiStep: condSteps is 0');
    expect(() => multiStep(counter(2), { actSteps: 1.5 })).toThrow('multiStep: actSteps is 1.5');
    // @ts-expect-error: what a configuration file may hold
    expect(() => multiStep(counter(2), { aggregate: 'product' })).toThrow('aggregate is product');
  });
});
