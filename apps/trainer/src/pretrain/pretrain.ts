import { noisePrediction, pretrain as epochs } from '@dppo/agent';
import { chunkDataset, readDemonstrations, readNormalization } from '@dppo/data';
import { cosineSchedule } from '@dppo/diffusion';
import { adamw, cosineWarmup } from '@dppo/optim';

import { compilerOf, startBackend } from '../backend.ts';
import { adviceOnData } from '../finetune/advice.ts';
import type { PretrainOptions } from '../commands/pretrain.ts';
import { type Live, noLive } from '../output/live.ts';
import { boundsOf, denoiserOf, type DiffusionSpec, writePolicy } from '../policy/policy-file.ts';
import { refuseExisting } from '../runs/refuse-existing.ts';

/** `dppo pretrain`: behaviour cloning of action chunks by noise prediction; writes the averaged weights. */
export async function pretrain(
  options: PretrainOptions,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  refuseExisting(options.out, '--out');
  const demonstrations = await readDemonstrations(options.data);
  const normalization = await readNormalization(options.normalization);
  checkFit(options, demonstrations, {
    obsDim: normalization.obsMin.length,
    actionDim: normalization.actionMin.length,
  });
  const { obsDim, actionDim } = demonstrations;
  const { condSteps, horizonSteps, denoisingSteps, minLr: min, lr: max } = options;
  const warmupSteps = Math.min(options.lrWarmupSteps, options.epochs - 1);
  for (const sentence of adviceOnData(demonstrations)) say(sentence);
  say(await startBackend(options.backend));
  const spec: DiffusionSpec = {
    kind: 'diffusion',
    environment: options.environment,
    obsDim,
    actionDim,
    condSteps,
    horizonSteps,
    actSteps: options.actSteps,
    maxEpisodeSteps: options.maxEpisodeSteps,
    denoisingSteps,
    timeDim: options.timeDim,
    hidden: options.hidden,
    bounds: boundsOf(normalization),
  };
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

/** @throws Error if the ranges are not of these demonstrations */
function checkFit(
  { data, normalization }: { data: string; normalization: string },
  found: { obsDim: number; actionDim: number },
  ranges: { obsDim: number; actionDim: number },
): void {
  for (const key of ['obsDim', 'actionDim'] as const) {
    if (found[key] !== ranges[key]) {
      throw new Error(
        `--normalization ${normalization}: ${key} ${ranges[key]}, expected ${found[key]} as in ${data}`,
      );
    }
  }
}
