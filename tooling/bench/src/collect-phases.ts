import { compiled, deploy, type Policy } from '@dppo/agent';
import { chunkLogProb, gae } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { samplesOf } from '../../../packages/agent/src/policies/policy.ts';
import type { HopperPreset } from './hopper-preset.ts';
import { noiseOf, normal, random } from './inputs.ts';
import { chunks, type Job, shapes } from './job.ts';
import type { Phase } from './phase.ts';

const { obsDim, actionDim, horizonSteps } = shapes;

/** The matrix product that bounds the update: 50,000 rows through one hidden layer, `rows` at a time. */
function matmul(rows: number): Phase {
  const times = 50_000 / rows;
  return {
    name: `matmul [${rows}, 512]×[512, 512]${times > 1 ? ` ${times} times` : ''}`,
    flops: 2 * 50_000 * 512 * 512,
    prepare: () => {
      const x = normal(1, rows, 512).reshape<tf.Tensor2D>([rows, 512]);
      const w = normal(1, 512, 512).reshape<tf.Tensor2D>([512, 512]);
      return () => {
        for (let i = 0; i < times; i++) tf.tidy(() => void tf.matMul(x, w).slice([0, 0], [1, 1]).dataSync());
      };
    },
  };
}

/** One chunk for each row: all steps, the path and its log-probabilities kept. */
export function sampling(
  { suffix, agent: { policy, compile = (f) => f }, params, flops }: Job,
  batch: number,
): Phase {
  return {
    name: `sample, batch ${batch}${suffix}`,
    flops: batch * flops.chunk,
    prepare: () => {
      const obs = { state: normal(batch, 1, obsDim) };
      const noise = noiseOf(policy, batch);
      const exploring = compiled(policy, compile);
      return () =>
        tf.tidy(() => {
          const { states, logProb } = exploring.act(params.actor, obs, noise);
          states.dataSync();
          logProb.dataSync();
        });
    },
  };
}

/** What a robot waits for: its own observation in, the chunk out, noise and all. */
export function acting(
  name: string,
  { agent: { compile = (f) => f }, params, flops }: Job,
  policy: Policy,
): Phase {
  return {
    name,
    flops: (policy.draws - 1) * flops.step,
    prepare: () => {
      const robot = deploy(compiled(policy, compile), params.actor, { ...shapes, seed: 1 });
      const obs = random.normal(obsDim);
      return () => void robot.act(obs);
    },
  };
}

/** V of every observation of an iteration, and of those reached last; log p of its chunks, whose elements' came with the samples. */
function evaluation({ learn, agent, params, options, nEnvs, flops }: Job): Phase {
  const rows = options.microBatchSize;
  const observations = nEnvs * chunks + rows;
  return {
    name: 'log-probs and values',
    flops: observations * flops.critic,
    prepare: () => {
      const obs = { state: normal(rows, 1, obsDim) };
      const samples = nEnvs * chunks * samplesOf(agent.policy);
      const logProbs = random.normal(samples * horizonSteps * actionDim);
      return () => {
        for (let i = 0; i < observations; i += rows) {
          tf.tidy(() => void learn.value(params.critic, obs).dataSync());
        }
        tf.tidy(() => {
          chunkLogProb(tf.tensor3d(logProbs, [samples, horizonSteps, actionDim])).dataSync();
        });
      };
    },
  };
}

function advantages({ nEnvs, options }: Job): Phase {
  return {
    name: 'GAE',
    prepare: () => {
      const length = nEnvs * chunks;
      const data = {
        rewards: random.normal(length),
        values: random.normal(length),
        nextValues: random.normal(length),
        terminated: Uint8Array.from({ length }, (_, i) => Number(i % 997 === 0)),
        truncated: new Uint8Array(length),
        count: nEnvs,
      };
      return () => void gae(data, { gamma: options.gamma, lambda: options.gaeLambda });
    },
  };
}

/** Every phase of collecting but the physics, and the products that all others are measured by. */
export function collectPhases(preset: HopperPreset): Phase[] {
  const batches = new Set([1, preset.nEnvs, 256]);
  return [
    matmul(50_000),
    matmul(1000),
    ...Array.from(batches, (batch) => sampling(preset, batch)),
    acting(`act, ${preset.denoisingSteps} DDPM steps`, preset, preset.agent.policy),
    acting('act, 5 DDIM steps', preset, preset.quickPolicy),
    evaluation(preset),
    advantages(preset),
  ];
}
