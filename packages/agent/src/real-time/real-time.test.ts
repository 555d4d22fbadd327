import { setImmediate } from 'node:timers/promises';

import { type Env, multiStep, pointMass, timeLimit } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { simulatedClock } from '../../test/simulated-clock.ts';
import { smallAgent } from '../../test/small.ts';
import { deploy } from '../rollout/deploy.ts';
import { goOn, hold, type Miss, stopAt } from './on-miss.ts';
import { chunking, ensembled, newest } from './overlap.ts';
import type { Planner } from './planning.ts';
import { realTime } from './real-time.ts';

const sizes = { obsDim: 1, condSteps: 1, horizonSteps: 8, actionDim: 1 };
const tenHz = { controlHz: 10, actSteps: 3 };

/** A planner of chunks that count on from the last number that is observed, each there after `ticks` of ten a second. */
function counting(ticks: (plan: number) => number, { horizonSteps = 8, clock = simulatedClock() } = {}) {
  const asked: number[] = [];
  let onTheirWay = 0;
  let most = 0;
  const planner: Planner = {
    ...sizes,
    horizonSteps,
    act: async ([obs]) => {
      const plan = asked.push(obs) - 1;
      most = Math.max(most, ++onTheirWay);
      // A little earlier than the tick, which it is to be there at.
      await clock.after(Math.max(ticks(plan) / 10 - 0.01, 0));
      onTheirWay--;
      return Float32Array.from({ length: horizonSteps }, (_, i) => obs + i);
    },
  };
  return { planner, clock, asked, most: () => most };
}

/** The actions of ticks that observe their own number. */
async function played(
  controller: ReturnType<typeof realTime>,
  clock: ReturnType<typeof simulatedClock>,
  ticks: number,
): Promise<(number | undefined)[]> {
  const actions: (number | undefined)[] = [];
  for (let n = 0; n < ticks; n++) {
    actions.push(controller.tick([n])?.[0]);
    await clock.until(clock.now() + 0.1);
  }
  return actions;
}

/** For seven ticks. */
function mass(): Env {
  return timeLimit(pointMass(), 7);
}

describe('realTime', () => {
  it('acts as deploy and multiStep do, to the bit, where chunks take no time and are executed whole', () => {
    const bounds = { obsMin: [-2, -1], obsMax: [2, 1], actionMin: [-3], actionMax: [2] };
    const { policy } = smallAgent();
    const params = policy.init(2);
    const deployed = () => deploy(policy, params, { obsDim: 2, bounds, seed: 5 });
    const wanted: Float32Array[] = [];
    const recorded = {
      ...mass(),
      reset: (seed?: number) => recordedEnv.reset(seed),
      step: (action: Float32Array) => (wanted.push(action.slice()), recordedEnv.step(action)),
    };
    const recordedEnv = mass();
    const chunked = multiStep(recorded, { actSteps: policy.horizonSteps });
    const [theirs, controller] = [
      deployed(),
      realTime(deployed(), { controlHz: 50, actSteps: policy.horizonSteps }),
    ];
    const ours: Float32Array[] = [];
    const env = mass();
    for (const seed of [1, 2]) {
      for (let obs = chunked.reset(seed), over = false; !over;) {
        const step = chunked.step(theirs.act(obs));
        obs = step.obs;
        over = step.terminated || step.truncated;
      }
      controller.reset();
      for (let obs = env.reset(seed), over = false; !over;) {
        const action = controller.tick(obs) ?? new Float32Array();
        ours.push(action);
        const step = env.step(action);
        obs = step.obs;
        over = step.terminated || step.truncated;
      }
    }
    expect(ours.length).toBeGreaterThan(10);
    expect(ours).toEqual(wanted);
    expect(controller.metrics()).toMatchObject({ ticks: ours.length, waits: 0, misses: 0, delay: 0 });
  });

  it('gives the policy the last observations, the first of an episode for the missing ones', () => {
    const seen: number[][] = [];
    const planner = {
      ...sizes,
      condSteps: 3,
      act: (obs: Float32Array) => (seen.push([...obs]), obs.slice(0, 0)),
    };
    const zeros = new Float32Array(8);
    const controller = realTime(
      { ...planner, act: (obs) => (planner.act(obs), zeros) },
      { controlHz: 1, actSteps: 1 },
    );
    for (const obs of [1, 2, 3, 4]) controller.tick([obs]);
    controller.reset();
    controller.tick([5]);
    expect(seen).toEqual([
      [1, 1, 1],
      [1, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
      [5, 5, 5],
    ]);
  });

  it('skips the actions whose ticks are over when a chunk arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (delay, actSteps) => {
          const { planner, clock, asked } = counting(() => delay);
          const controller = realTime(planner, { ...tenHz, actSteps, clock });
          const actions = await played(controller, clock, 40);
          // Until the second chunk is there, the first counts from its arrival on.
          const second = delay + Math.max(actSteps, delay);
          expect(actions.slice(0, second)).toEqual(
            Array.from({ length: second }, (_, n) => (n < delay ? undefined : n - delay)),
          );
          expect(actions.slice(second)).toEqual(Array.from({ length: 40 - second }, (_, i) => second + i));
          // One chunk after another, each for the actions that it is executed for.
          const wait = Math.max(actSteps, delay);
          expect(asked).toEqual(
            asked.map((_, plan) => (plan === 0 ? 0 : Math.max(actSteps, delay) + (plan - 1) * wait)),
          );
          expect(controller.metrics()).toMatchObject({ waits: delay, stale: 0, delay });
        },
      ),
      { numRuns: 16 },
    );
  });

  it('gives what a constant policy gives, whatever the latency, the overlap and what is done about misses', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 6 });
    const overlaps = fc.constantFrom(newest, ensembled(0.1), chunking());
    const misses = fc.constantFrom(hold, goOn, stopAt([7]));
    await fc.assert(
      fc.asyncProperty(
        delays,
        fc.integer({ min: 1, max: 8 }),
        overlaps,
        misses,
        async (ticks, actSteps, overlap, onMiss) => {
          const { planner, clock } = counting((plan) => ticks[plan % ticks.length]);
          const constant = {
            ...planner,
            act: async (obs: Float32Array) => (await planner.act(obs), new Float32Array(8).fill(7)),
          };
          const controller = realTime(constant, { controlHz: 10, actSteps, overlap, onMiss, clock });
          const actions = await played(controller, clock, 30);
          const first = actions.indexOf(7);
          expect(actions).toEqual(
            Array.from({ length: 30 }, (_, n) => (n < first || first < 0 ? undefined : 7)),
          );
          expect(first).toBe(controller.metrics().waits);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has one chunk planned at a time and keeps at most Ta, whatever planning takes and however often it begins anew', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 });
    const resets = fc.uniqueArray(fc.integer({ min: 0, max: 40 }));
    await fc.assert(
      fc.asyncProperty(delays, resets, fc.integer({ min: 1, max: 8 }), async (ticks, when, actSteps) => {
        const { planner, clock, most } = counting((plan) => ticks[plan % ticks.length]);
        const ensemble = ensembled();
        const kept: number[] = [];
        const overlap = {
          blend: (all: readonly Float32Array[]) => (kept.push(all.length), ensemble.blend(all)),
        };
        const controller = realTime(planner, { controlHz: 10, actSteps, overlap, clock });
        for (let n = 0; n < 40; n++) {
          if (when.includes(n)) controller.reset();
          controller.tick([n]);
          await clock.until(clock.now() + 0.1);
        }
        expect(most()).toBe(1);
        expect(Math.max(...kept, 0)).toBeLessThanOrEqual(8);
      }),
      { numRuns: 20 },
    );
  });

  it('begins anew after a reset, and executes nothing of the chunk that was planned for the episode before', async () => {
    const { planner, clock, asked } = counting(() => 4);
    const controller = realTime(planner, { ...tenHz, clock });
    await played(controller, clock, 2);
    controller.reset();
    const actions: (number | undefined)[] = [];
    for (let n = 0; n < 10; n++) {
      actions.push(controller.tick([100 + n])?.[0]);
      await clock.until(clock.now() + 0.1);
    }
    // The old chunk is on its way until tick 4, two ticks after the reset; only then the new one is asked for.
    expect(asked.slice(0, 2)).toEqual([0, 102]);
    expect(actions).toEqual([...Array.from({ length: 6 }), 102, 103, 104, 105]);
    expect(controller.metrics()).toMatchObject({ discarded: 1, waits: 8, plans: 1 });
  });

  it.each([
    ['hold', hold, [1, 2, 2, 2, 2, 2]],
    ['goOn', goOn, [1, 2, 3, 4, 4, 4]],
    ['stopAt', stopAt([-9]), [1, 2, -9, -9, -9, -9]],
    ['a function of its own', ({ inRow, last }: Miss) => [inRow * 10 + last[0]], [1, 2, 12, 32, 62, 102]],
  ])('does about a miss what %s says', (_, onMiss, wanted) => {
    let plans = 0;
    const act = () => (plans++ === 0 ? [1, 2, 3, 4] : new Promise<Float32Array>(() => {}));
    const controller = realTime({ ...sizes, horizonSteps: 4, act }, { controlHz: 1, actSteps: 2, onMiss });
    expect(wanted.map(() => controller.tick([0])?.[0])).toEqual(wanted);
    expect(controller.metrics()).toMatchObject({ ticks: 6, misses: 4, waits: 0, plans: 1 });
  });

  it('does not execute a chunk that arrives when all its ticks are over', async () => {
    const { planner, clock } = counting((plan) => (plan === 1 ? 8 : 1));
    const controller = realTime(planner, { ...tenHz, clock });
    const actions = await played(controller, clock, 14);
    // The second is asked for at tick 3 and would begin with its ninth action at tick 11; the third is there at tick 12.
    expect(actions).toEqual([undefined, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 12, 13]);
    expect(controller.metrics()).toMatchObject({ stale: 1, misses: 8, plans: 3 });
  });

  it('asks in time for the quantile of the delays so far, the first of an episode left out', async () => {
    const { planner, clock, asked } = counting((plan) => [4, 1, 2, 1, 1][plan] ?? 1);
    const delayAfter = async (latencyQuantile: number) => {
      const controller = realTime(planner, { ...tenHz, latencyQuantile, clock });
      asked.length = 0;
      await played(controller, clock, 18);
      return controller.metrics().delay;
    };
    expect(await delayAfter(1)).toBe(2);
    const again = counting((plan) => [4, 1, 2, 1, 1][plan] ?? 1);
    const median = realTime(again.planner, { ...tenHz, latencyQuantile: 0.5, clock: again.clock });
    await played(median, again.clock, 18);
    expect(median.metrics().delay).toBe(1);
  });

  it('measures latency and jitter, and what was skipped, in seconds of its clock', async () => {
    const { planner, clock } = counting(() => 2);
    const controller = realTime(planner, { ...tenHz, clock });
    expect(controller.metrics()).toMatchObject({ latency: { p50: NaN }, jitter: { p99: NaN } });
    const times = [0, 0.1, 0.23, 0.3, 0.6, 0.7];
    for (const [i, time] of times.entries()) {
      await clock.until(time);
      controller.tick([0], i < 4 ? i : i + 2);
    }
    const { latency, jitter, skipped } = controller.metrics();
    expect(skipped).toBe(2);
    expect(latency.p50).toBeCloseTo(0.19, 10);
    // 0, 0.03, −0.03, 0, 0
    expect(jitter.p50).toBeCloseTo(0, 10);
    expect(jitter.p99).toBeCloseTo(0.03, 10);
  });

  it('leaves no tensor behind', () => {
    const { policy } = smallAgent();
    const deployed = deploy(policy, policy.init(2), { obsDim: 2 });
    const controller = realTime(deployed, { controlHz: 50, actSteps: 1, overlap: chunking() });
    controller.tick([0.1, 0.2]);
    const before = tf.memory().numTensors;
    for (let n = 0; n < 3; n++) controller.tick([0.1, 0.2]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each<[string, Planner['act'], string]>([
    [
      'throws',
      () => {
        throw new Error('out of memory');
      },
      'out of memory',
    ],
    ['fails', () => Promise.reject(new Error('connection lost')), 'connection lost'],
    [
      'gives NaN',
      () => [0, 0, 0, NaN, 0, 0, 0, 0],
      'realTime: action 3 of a chunk is NaN in dimension 0, wanted finite numbers',
    ],
    [
      'promises infinity',
      () => Promise.resolve([Infinity, 0, 0, 0, 0, 0, 0, 0]),
      'realTime: action 0 of a chunk is Infinity',
    ],
    [
      'gives too little',
      () => [1, 2],
      'realTime: the planner gave 2 numbers, wanted a chunk of 8 actions of 1',
    ],
  ])('throws at every tick, once planning %s, until it is reset', async (_, act, message) => {
    let broken = true;
    const planner: Planner = {
      ...sizes,
      act: (...inputs) => (broken ? act(...inputs) : new Float32Array(8)),
    };
    const controller = realTime(planner, tenHz);
    const tick = async () => (await Promise.resolve(), controller.tick([0]));
    await tick().catch(() => {});
    await setImmediate();
    await expect(tick()).rejects.toThrow(message);
    await expect(tick()).rejects.toThrow(message);
    broken = false;
    controller.reset();
    await expect(tick()).resolves.toEqual(Float32Array.of(0));
  });

  it('does not throw for a plan that failed after a reset', async () => {
    const failures: ((error: Error) => void)[] = [];
    const first = new Promise<Float32Array>((_, reject) => failures.push(reject));
    let plans = 0;
    const act = () => (plans++ === 0 ? first : new Float32Array(8));
    const controller = realTime({ ...sizes, act }, tenHz);
    controller.tick([0]);
    controller.reset();
    failures[0](new Error('too late to matter'));
    await setImmediate();
    expect(controller.tick([0])).toEqual(Float32Array.of(0));
    expect(controller.metrics().discarded).toBe(1);
  });

  it.each([
    [{ controlHz: 0 }, 'controlHz is 0, wanted a finite number above 0'],
    [{ controlHz: NaN }, 'controlHz is NaN, wanted a finite number above 0'],
    [{ controlHz: Infinity }, 'controlHz is Infinity, wanted a finite number above 0'],
    [{ actSteps: 0 }, 'actSteps is 0, wanted a whole number above 0'],
    [{ actSteps: 9 }, 'horizonSteps is 8, wanted at least 9: 9 actions to execute after 0 ticks of latency'],
    [
      { latency: 0.41 },
      'horizonSteps is 8, wanted at least 10: 5 actions to execute after 5 ticks of latency',
    ],
    [
      { latency: 0.21, actSteps: 6 },
      'horizonSteps is 8, wanted at least 9: 6 actions to execute after 3 ticks of latency',
    ],
    [{ latency: -1 }, 'latency is -1, wanted 0 or more'],
    [{ latencyQuantile: 2 }, 'latencyQuantile is 2, wanted a number in [0, 1]'],
  ])('refuses %o', (wrong, message) => {
    const { planner } = counting(() => 1);
    expect(() => realTime(planner, { ...tenHz, ...wrong })).toThrow(new RangeError(`realTime: ${message}`));
  });

  it('refuses an observation of another length or not finite, and a tick that is over, and goes on as if nothing was', () => {
    const seen: number[][] = [];
    const planner = {
      ...sizes,
      condSteps: 2,
      act: (obs: Float32Array) => (seen.push([...obs]), new Float32Array(8)),
    };
    const controller = realTime(planner, { controlHz: 10, actSteps: 1 });
    controller.tick([1]);
    expect(() => controller.tick([1, 2])).toThrow('realTime: observation is [1, 2], wanted 1 finite numbers');
    expect(() => controller.tick([NaN])).toThrow('realTime: observation is [NaN], wanted 1 finite numbers');
    expect(() => controller.tick([1], 0)).toThrow('realTime: tick is 0, wanted a whole number above 0');
    expect(() => controller.tick([1], 1.5)).toThrow('realTime: tick is 1.5');
    controller.tick([2]);
    expect(seen).toEqual([
      [1, 1],
      [1, 2],
    ]);
    const wrong = { ...tenHz, actSteps: 1, onMiss: () => [NaN] };
    const slow = realTime(
      {
        ...sizes,
        act: (() => {
          let n = 0;
          return () => (n++ ? new Promise<never>(() => {}) : new Float32Array(8));
        })(),
      },
      wrong,
    );
    slow.tick([0]);
    expect(() => slow.tick([0])).toThrow('realTime: onMiss gave [NaN], wanted 1 finite numbers');
  });
});
