import { z } from 'zod';

import { bounded } from '../options/relation.ts';
import {
  backend,
  countUpTo,
  denoisingSteps,
  envTimeout,
  file,
  graphs,
  nEnvs,
  policyFile,
  seed,
  stage,
  threads,
  workers,
} from '../options/shared-options.ts';
import { ddimInstead } from '../policy/acting-options.ts';
import { cloning, cloningRelations, flowTimes } from './cloning-options.ts';

/** `dppo distil` */
export const distilOptions = bounded(
  z.strictObject({
    policy: policyFile.describe(
      'policy to distil (.safetensors), or a run folder: its best policy; a diffusion policy or a flow',
    ),
    ddimSteps: ddimInstead,
    out: file.describe('policy file to write (.safetensors)'),
    ...stage('distil', 'only logger, workers and envTimeout'),
    backend,
    threads,
    ...graphs,
    seed,
    denoisingSteps: denoisingSteps.default(4).describe('Euler steps that the flow acts in, K'),
    nEnvs,
    workers,
    envTimeout,
    envSteps: countUpTo(10_000_000, 'what is seen in them is in memory')
      .default(100_000)
      .describe('environment steps in which the policy acts, for observations to distil it at'),
    chunksPerObs: countUpTo(1000, 'all of them are computed at once')
      .default(4)
      .describe('chunks that the policy makes for each observation, of as many draws of noise'),
    flowTimes,
    ...cloning,
  }),
  cloningRelations,
);

export type DistilOptions = z.output<typeof distilOptions>;
