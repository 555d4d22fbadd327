import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { compiled, flowMatching } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { networkOf, policyOf, readPolicy, stepsOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { checkTrainable } from '../algorithms/trainable.ts';
import { startThreads } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { environmentFor } from '../tasks/environment.ts';
import type { CheckedDistilling } from './check-distil.ts';
import { cloned } from './cloned.ts';
import { drawTimes } from './draw-times.ts';
import { noisePairs } from './noise-pairs.ts';

/**
 * `dppo distil`: a flow that makes in a few steps what a policy makes in many, by flow matching of noise and the chunk that the policy
 * made of it.
 *
 * L = mean (v(t · a(z, s) + (1 − t) · z, t, s) − (a(z, s) − z))²,  z the noise that the policy's sampler begins with
 *
 * With a sampler that draws no other noise, DDIM or a flow, this is reflow, which makes paths straighter; with any it keeps the marginals.
 *
 * Source: https://arxiv.org/abs/2209.03003 section 2, and https://arxiv.org/abs/2309.06380 section 3
 */
export async function distil(
  { options: given, teacher, spec }: CheckedDistilling,
  say: (line: string) => void,
  live: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  const options = await startThreads(given, say);
  checkTrainable(tf.getBackend(), spec.network);
  const { policy: path, seed, nEnvs: count, workers, envTimeout, envSteps, chunksPerObs: samples } = options;
  const { actSteps } = spec.task;
  const steps = Math.ceil(envSteps / count / actSteps);
  say(
    `distilling ${teacher.sampler.kind} in ${stepsOf(teacher.sampler)} steps to a flow in ${stepsOf(spec.sampler)}`,
  );
  await cloned(
    {
      command: 'distil',
      options,
      spec,
      objective: flowMatching(networkOf(spec.network), drawTimes[options.flowTimes ?? 'uniform']),
      about: { policy: createHash('sha256').update(readFileSync(path)).digest('hex') },
      chunks: async (signal) => {
        const file = { ...(await readPolicy(path)), spec: teacher };
        const env = await environmentFor(teacher, { count, workers, envTimeout });
        try {
          const policy = compiled(policyOf(file), compile);
          const progress = (done: number): void =>
            live.progress({
              done: done * count * actSteps,
              total: steps * count * actSteps,
              unit: 'env steps',
              text: 'watching the policy',
            });
          return await noisePairs(policy, file.params, env, { seed, steps, samples, signal, progress });
        } finally {
          await env.close();
          tf.dispose([file.params, { ...file.frozen }]);
        }
      },
    },
    say,
    live,
  );
}
