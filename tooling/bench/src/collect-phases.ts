import { compile } from '@dppo/engine';
import { gae } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import * as preset from './hopper-preset.ts';
import { learn, noiseOf, normal, random } from './inputs.ts';
import type { Phase } from './phase.ts';

const { agent, options, params, rowFlops, sizes } = preset;
const { policy } = agent;
const { obsDim } = sizes;

/** The matrix product that bounds the update: 50,000 rows through one hidden layer. */
function matmul(): Phase {
  const x = normal(1, options.batchSize, 512).reshape<tf.Tensor2D>([-1, 512]);
  const w = normal(1, 512, 512).reshape<tf.Tensor2D>([512, 512]);
  return {
    name: 'matmul [50000, 512]×[512, 512]',
    flops: 2 * options.batchSize * 512 * 512,
    repeats: 2,
    run: () => tf.tidy(() => void tf.matMul(x, w).sum().dataSync()),
  };
}

/** One chunk for each row: 20 steps, the chain and its log-probabilities kept. */
function sampling(batch: number, repeats: number): Phase {
  const act = compile(policy.act);
  const obs = normal(batch, 1, obsDim);
  const noise = noiseOf(batch);
  return {
    name: `sample, batch ${batch}`,
    flops: batch * preset.denoisingSteps * rowFlops.actor,
    repeats,
    run: () => tf.tidy(() => void act(params.actor, obs, noise).chain.dataSync()),
  };
}

/** What a robot waits for: its own observation in, the chunk out. */
function acting(name: string, { best }: typeof policy, steps: number): Phase {
  const fast = compile(best);
  const obs = normal(1, 1, obsDim);
  const noise = noiseOf(1);
  return {
    name,
    flops: steps * rowFlops.actor,
    repeats: 100,
    run: () => tf.tidy(() => void fast(params.actor, obs, noise).dataSync()),
  };
}

/** V of every observation of an iteration and of those reached; the log-probabilities came with the samples. */
function values(): Phase {
  const rows = options.microBatchSize;
  const obs = normal(rows, 1, obsDim);
  const count = (2 * preset.nEnvs * preset.chunks) / rows;
  return {
    name: 'log-probs and values',
    flops: count * rows * rowFlops.critic,
    repeats: 1,
    run: () => {
      for (let i = 0; i < count; i++) tf.tidy(() => void learn.value(params.critic, obs).dataSync());
    },
  };
}

function advantages(): Phase {
  const length = preset.nEnvs * preset.chunks;
  const data = {
    rewards: random.normal(length),
    values: random.normal(length),
    nextValues: random.normal(length),
    terminated: Uint8Array.from({ length }, (_, i) => Number(i % 997 === 0)),
    truncated: new Uint8Array(length),
    count: preset.nEnvs,
  };
  return { name: 'GAE', repeats: 10, run: () => void gae(data, { gamma: 0.99, lambda: 0.95 }) };
}

/** Every phase of collecting but the physics, and the product that all others are measured by. */
export function collectPhases(): Phase[] {
  return [
    matmul(),
    sampling(1, 50),
    sampling(40, 20),
    sampling(256, 5),
    acting('act, 20 DDPM steps', policy, preset.denoisingSteps),
    acting('act, 5 DDIM steps', preset.quickPolicy, 5),
    values(),
    advantages(),
  ];
}
