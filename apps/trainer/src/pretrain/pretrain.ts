import { noisePrediction, pretrain as epochs } from '@dppo/agent';
import { chunkDataset } from '@dppo/data';
import { cosineSchedule } from '@dppo/diffusion';
import { adamw, cosineWarmup } from '@dppo/optim';

import { compilerOf, startBackend } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { denoiserOf, writePolicy } from '../policy/policy-file.ts';
import type { CheckedPretraining } from './training-data.ts';

/** `dppo pretrain`: behaviour cloning of action chunks by noise prediction; writes the averaged weights. */
export async function pretrain(
  { options, spec, demonstrations }: CheckedPretraining,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  say(await startBackend(options.backend));
  const { condSteps, horizonSteps, denoisingSteps } = spec;
  const { minLr: min, lr: max } = options;
  const warmupSteps = Math.min(options.lrWarmupSteps, options.epochs - 1);
  const network = denoiserOf(spec);
  const chunks = chunkDataset(demonstrations, { condSteps, horizonSteps });
  const training = epochs(chunks, network.init(options.seed), {
    ...options,
    lr: cosineWarmup({ max, min, warmupSteps, cycleSteps: options.epochs }),
    optimizer: adamw({ weightDecay: options.weightDecay }),
    objective: noisePrediction(network, cosineSchedule(denoisingSteps)),
    compile: compilerOf(options),
  });
  for await (const { epoch, average, loss, lr } of training) {
    progress({ done: epoch, total: options.epochs, unit: 'epochs', text: `loss ${loss.toFixed(5)}` });
    say(`epoch ${epoch} of ${options.epochs}: loss ${loss.toFixed(5)}, learning rate ${lr.toPrecision(3)}`);
    if (epoch < options.epochs) continue;
    await writePolicy(options.out, { spec, actor: average });
    say(`wrote ${options.out}`);
    break;
  }
}
