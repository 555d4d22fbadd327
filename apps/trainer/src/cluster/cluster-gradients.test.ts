import { ppo, train } from '@dppo/agent';
import { inProcess } from '@dppo/cluster';
import { vectorize } from '@dppo/env';
import { release } from '@dppo/optim';
import { networkOf, type SteppedSpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAvoid } from '../../test/small-policies.ts';
import { algorithmOf, type Training } from '../algorithms/algorithm-of.ts';
import { compilerOf } from '../backend.ts';
import { settledBy } from '../finetune/decided-options.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import policyEnv from '../tasks/policy-env.ts';
import { backendHere } from './backend-here.ts';
import { clusterGradients } from './cluster-gradients.ts';
import { computing } from './compute.ts';
import { formatDescription } from './description.ts';

const flow = {
  ...smallAvoid,
  sampler: {
    kind: 'flow',
    steps: 2,
    noise: { min: 0.1, max: 0.3, hidden: [6], activation: 'tanh' },
    clipMean: 1,
    clipNoise: 3,
    clipAction: 1,
  },
} as const;

/** 2 environments × 4 chunks: of a diffusion 16 samples, of a flow 8, in minibatches of 8, in micro-batches of 3, 3 and 2. */
const asked = finetuneOptions.parse({
  nEnvs: 2,
  steps: 4,
  batchSize: 8,
  microBatchSize: 3,
  gradientParts: 2,
  updateEpochs: 1,
  bcLossCoeff: 0.1,
  actorLr: 1e-2,
  criticHidden: [4, 4, 4],
  lrWarmupSteps: 0,
  jit: false,
});

/** Numbers of the second iteration. */
async function trained({ algorithm }: Pick<Training, 'algorithm'>) {
  const { bounds, network } = smallAvoid;
  const task = { ...smallAvoid.task, kind: 'named', name: 'avoid' } as const;
  const numbers = [...Array(asked.nEnvs).keys()];
  const envs = await Promise.all(
    numbers.map((n) => policyEnv({ task, bounds, condSteps: network.condSteps }, n)),
  );
  const env = vectorize((n) => envs[n], asked.nEnvs);
  for await (const { state, metrics } of train(algorithm, env, { seed: 3, steps: asked.steps })) {
    if (state.iteration < 2) continue;
    const weights = Object.entries({ ...state.actor, ...state.critic }).map(([name, weight]) => [
      name,
      weight.dataSync().slice(),
    ]);
    release(state);
    return { weights, metrics };
  }
  throw new Error('train ended');
}

it.each([
  ['a diffusion', smallAvoid, 2],
  ['a flow', flow, 1],
])('trains %s with the bits that one process has', async (_, spec: SteppedSpec, minibatches) => {
  const options = settledBy(spec, asked);
  const frozen = networkOf(spec.network).init(1);
  const training = algorithmOf(spec, frozen, options, compilerOf(options));
  const alone = await trained(training);

  const { compute, close } = computing({}, () => {});
  const cluster = inProcess(compute);
  const described = { spec, ...backendHere(undefined), rows: asked.nEnvs, envTimeout: 60, training: options };
  const description = await cluster.share(formatDescription(described));
  const before = tf.memory().numTensors;
  const gradients = await clusterGradients({ cluster, description, waiting: (work) => work }, frozen);
  const together = await trained({ algorithm: ppo({ ...training.agent, gradients }, training.told) });
  expect(together).toEqual(alone);
  // In 2 iterations, of each minibatch 2 parts of the actor and 2 or, of few rows, 1 of the critic.
  const [{ computed }] = cluster.workers();
  expect(computed).toBeGreaterThanOrEqual(2 * minibatches * 3);
  expect(computed).toBeLessThanOrEqual(2 * minibatches * 4);
  await cluster.close();
  await close();
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(frozen);
});
