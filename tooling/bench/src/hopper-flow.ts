import { dppoDefaults, flowPolicy } from '@dppo/agent';
import { flowMlp, noiseMlp } from '@dppo/nn';

import { actorFlops, type Job, jobOf, productsOf, shapes, type Sizes } from './job.ts';

/**
 * ReinFlow's Hopper job with a flow in so many steps, `hopper-flow-finetune` of the trainer. A sample of PPO is a chunk's whole path: there are
 * a tenth as many as DPPO has pairs, and minibatches are as much smaller.
 *
 * @see cfg/gym/finetune/hopper-v2/ft_ppo_reflow_mlp.yaml of ReinFlow
 */
export function hopperFlow(steps: number, sizes: Sizes = {}): Job {
  const { width = 512, batchSize = 50_000, microBatchSize = 1000 } = sizes;
  const network = flowMlp({ ...shapes, timeDim: 16, hidden: [width, width, width] });
  const noise = {
    network: noiseMlp({ flow: network, steps, hidden: [64, 64] }),
    min: 0.1,
    max: 0.24,
  };
  const step = actorFlops(width);
  const exploring = steps * (step + productsOf([27, 64, 64, 12]));
  return jobOf(sizes, {
    suffix: `, flow K ${steps}`,
    policy: flowPolicy({
      ...shapes,
      network,
      frozen: network.init(1),
      steps,
      noise,
      minLogProb: -1,
      maxLogProb: 1,
    }),
    options: {
      ...dppoDefaults,
      targetKl: Infinity,
      entCoef: 0.03,
      batchSize: Math.ceil(batchSize / 10),
      microBatchSize,
    },
    flops: { step, chunk: exploring, sample: exploring },
  });
}
