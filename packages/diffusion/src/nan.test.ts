import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { sample } from './chain.ts';
import { flowSampler, flowSdeSampler } from './flow-sampler.ts';
import { ddimSampler, type Sampler, tableSampler } from './sampler.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddimTimes, ddpmSteps } from './steps.ts';

const steps = 3;
const schedule = cosineSchedule(9);
const samplers: Readonly<Record<string, Sampler>> = {
  DDPM: tableSampler(ddpmSteps(cosineSchedule(steps))),
  'a prediction of x0': tableSampler(ddpmSteps(cosineSchedule(steps)), { prediction: 'x0' }),
  'DDIM with a clamped noise': ddimSampler(ddimTimes(schedule, steps), 0.5, { clipEpsilon: 1 }),
  'DDIM of a table': tableSampler(ddimSteps(schedule, steps)),
  'a flow, without a clip of its own': flowSampler(steps, 0.1),
  'a flow with a clamped mean': flowSampler(steps, 0.1, { clipMean: 1 }),
  'a stochastic flow': flowSdeSampler(steps, 0.5),
};
const noise = (shape: [number, number, number]): tf.Tensor3D => tf.ones(shape);
const answers = [NaN, Infinity, -Infinity].flatMap((value) =>
  [0, 1, 2].map((step) => [value, step] as const),
);

it.each(Object.entries(samplers))(
  'a sample of %s is not finite where the network was not, at any step, however it is clipped',
  (_, sampler) => {
    for (const [value, at] of [[0.1, 0] as const, ...answers]) {
      let step = 0;
      const denoise = (x: tf.Tensor3D): tf.Tensor3D => tf.fill(x.shape, step++ === at ? value : 0.1);
      const chunk = sample(sampler, denoise, tf.ones([2, 5, 3]), noise, { clipAction: 1, clipNoise: 3 });
      expect([value, at, chunk.dataSync().some(Number.isFinite)]).toEqual([
        value,
        at,
        Number.isFinite(value),
      ]);
    }
  },
);
