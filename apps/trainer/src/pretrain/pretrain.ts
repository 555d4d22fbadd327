import { noisePrediction, pretrain as epochs } from '@dppo/agent';
import { chunkDataset } from '@dppo/data';
import { cosineSchedule } from '@dppo/diffusion';
import { adamw } from '@dppo/optim';
import { networkOf, writePolicy } from '@dppo/policy';

import { rateSchedule } from '../algorithms/rate-schedule.ts';
import { compilerOf, startBackend } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import type { CheckedPretraining } from './training-data.ts';

/** `dppo pretrain`: behaviour cloning of action chunks by noise prediction; writes the averaged weights. */
export async function pretrain(
  { options, spec, demonstrations }: CheckedPretraining,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  say(await startBackend(options.backend));
  const { minLr: min, lr: max } = options;
  const warmupSteps = Math.min(options.lrWarmupSteps, options.epochs - 1);
  const network = networkOf(spec.network);
  const chunks = chunkDataset(demonstrations, spec.network);
  const training = epochs(chunks, network.init(options.seed), {
    ...options,
    lr: rateSchedule({ max, min, warmupSteps, cycleSteps: options.epochs }),
    optimizer: adamw({ weightDecay: options.weightDecay }),
    objective: noisePrediction(network, cosineSchedule(spec.sampler.denoisingSteps)),
    compile: compilerOf(options),
  });
  for await (const { epoch, average, loss, lr } of training) {
    progress({ done: epoch, total: options.epochs, unit: 'epochs', text: `loss ${loss.toFixed(5)}` });
    say(`epoch ${epoch} of ${options.epochs}: loss ${loss.toFixed(5)}, learning rate ${lr.toPrecision(3)}`);
    if (epoch < options.epochs) continue;
    await writePolicy(options.out, { spec, params: average });
    say(`wrote ${options.out}`);
    break;
  }
}
