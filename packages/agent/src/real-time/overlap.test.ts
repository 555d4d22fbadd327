import { cosineSchedule, ddimSteps, ddpmSteps, tableSampler } from '@dppo/diffusion';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { simulatedClock } from '../../test/simulated-clock.ts';
import { smallAgent } from '../../test/small.ts';
import { diffusionPolicy } from '../policies/diffusion.ts';
import { deploy } from '../rollout/deploy.ts';
import type { Pull } from '../rollout/pull.ts';
import { chunking, ensembled, ensembleWeights, newest, type Overlap, softMask } from './overlap.ts';
import { realTime } from './real-time.ts';

const rate = fc.double({ min: 0, max: 20, noNaN: true });
const numbers = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 3 });

describe('newest', () => {
  it('is the last of what is planned', () => {
    const planned = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    expect(newest.blend(planned)).toEqual(Float32Array.of(3, 4));
  });
});

describe('ensembled', () => {
  it('weighs by hand the oldest most', () => {
    // m = ln 2: weights 1, ½, ¼ of 7/4. (8 + 4/2 + 0/4) · 4/7 = 40/7.
    const planned = [8, 4, 0].map((value) => Float32Array.of(value));
    expect(ensembled(Math.log(2)).blend(planned)).toBeAllclose([40 / 7], { rtol: 1e-6 });
  });

  it('has weights whose sum is 1, each at most that of an older one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), rate, (count, m) => {
        const weights = ensembleWeights(count, m);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      }),
    );
  });

  it('is what all chunks agree on, to the bit, and else within what they say', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 9 }), rate, (action, count, m) => {
        const row = Float32Array.from(action);
        const same = Array.from({ length: count }, () => row);
        expect(ensembled(m).blend(same)).toBeAllclose(row, { atol: 0, rtol: 0 });
      }),
    );
    fc.assert(
      fc.property(numbers, rate, (values, m) => {
        const [mean] = ensembled(m).blend(values.map((value) => Float32Array.of(value)));
        // Sums of up to three numbers below 100, in float32.
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-4);
        expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-4);
      }),
    );
  });

  it.each([-1, NaN, Infinity])('refuses a rate of %d', (m) => {
    expect(() => ensembled(m)).toThrow(`ensembled: rate is ${m}, wanted 0 or more`);
  });
});

describe('softMask', () => {
  it('is by hand 1, then less and less, then 0', () => {
    // d = 2, L = 4: c₂ = 2/3 and c₃ = 1/3; c(e^c − 1)/(e − 1).
    const [c2, c3] = [2 / 3, 1 / 3].map((c) => (c * (Math.exp(c) - 1)) / (Math.E - 1));
    expect(softMask({ horizonSteps: 6, delay: 2, overlap: 4 })).toBeAllclose([1, 1, c2, c3, 0, 0]);
  });

  it('never grows, is 1 for what is executed meanwhile and 0 where nothing is under way', () => {
    const size = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), size, size, (horizonSteps, delay, left) => {
        const overlap = Math.min(left, horizonSteps);
        const mask = softMask({ horizonSteps, delay, overlap });
        expect(mask).toHaveLength(horizonSteps);
        expect(mask).toEqual(mask.toSorted((a, b) => b - a));
        for (const [i, weight] of mask.entries()) {
          const isSoft = i >= delay && i < overlap;
          expect(isSoft ? weight > 0 && weight < 1 : weight === Number(i < overlap)).toBe(true);
        }
      }),
    );
  });
});

describe('chunking', () => {
  it.each([
    ['DDPM', ddpmSteps(cosineSchedule(10))],
    ['DDIM', ddimSteps(cosineSchedule(10), 3)],
  ])(
    'has %s go on from the actions that are executed meanwhile, where it finds them likely',
    async (_, steps) => {
      // Its network knows that actions are standard normal: ε̂ = √(1 − ᾱ)·x, and the guidance is exact.
      const { alphaBars } = cosineSchedule(10);
      const [horizonSteps, actionDim, clock] = [8, 2, simulatedClock()];
      const policy = diffusionPolicy({
        network: {
          init: () => ({}),
          apply: () => (x, time) => x.mul(Math.sqrt(1 - alphaBars[Number(time)])),
        },
        frozen: {},
        sampler: tableSampler(steps, { clipX0: Infinity }),
        horizonSteps,
        actionDim,
      });
      const bounds = { obsMin: [0], obsMax: [1], actionMin: [-5, 0], actionMax: [5, 4] };
      const deployed = deploy(policy, {}, { obsDim: 1, bounds });
      const kept: number[] = [];
      const planner = {
        ...deployed,
        act: async (obs: Float32Array, pull?: Pull) => {
          await clock.after(0.19);
          const chunk = deployed.act(obs, pull);
          const frozen = Array.from(pull?.weights ?? []).filter((weight) => weight === 1).length;
          for (let d = 0; d < frozen * actionDim; d++)
            kept.push(Math.abs(chunk[d] - Number(pull?.actions[d])));
          return chunk;
        },
      };
      const overlap = chunking({ maxWeight: 1e3 });
      const controller = realTime(planner, { controlHz: 10, actSteps: 3, overlap, clock });
      for (let n = 0; n < 30; n++) {
        controller.tick([0.5]);
        await clock.until(clock.now() + 0.1);
      }
      // Two actions of two numbers of every chunk but the first.
      expect(kept).toHaveLength(4 * (controller.metrics().plans - 1));
      expect(kept.length).toBeGreaterThan(20);
      // Ranges of up to 10, and the 10⁻⁶ that `scaled` adds to them, at up to 4 standard deviations.
      expect(Math.max(...kept)).toBeLessThan(1e-3);
    },
  );

  it('jumps less from one chunk to the next than chunks that know nothing of each other', () => {
    const { policy } = smallAgent();
    const params = policy.init(2);
    const deployed = () => deploy(policy, params, { obsDim: 2, seed: 1 });
    /** Mean distance of what the newest chunk says of a tick and the one before. */
    const jump = (overlap: Overlap): number => {
      const jumps: number[] = [];
      const controller = realTime(deployed(), {
        controlHz: 10,
        actSteps: 1,
        overlap: {
          ...overlap,
          blend: (planned) => {
            const [older, newer] = planned.slice(-2);
            if (newer) jumps.push(Math.abs(newer[0] - older[0]));
            return overlap.blend(planned);
          },
        },
      });
      for (let n = 0; n < 16; n++) controller.tick([0.1, -0.2]);
      return tf.util.sum(jumps) / jumps.length;
    };
    expect(jump(chunking())).toBeLessThan(0.9 * jump(newest));
  });

  it('asks for the first chunk of an episode as for all others, with weights of 0', () => {
    const underWay = { actions: [], delay: 3, horizonSteps: 3, actionDim: 2 };
    expect(chunking().pull?.(underWay)).toEqual({
      actions: new Float32Array(6),
      weights: [0, 0, 0],
      maxWeight: 5,
    });
  });

  it('refuses a maxWeight of 0', () => {
    expect(() => chunking({ maxWeight: 0 })).toThrow('chunking: maxWeight is 0, wanted a number above 0');
  });
});
