import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readTensors, readTorch, readTorchObjects } from '@dppo/checkpoint';
import { chunkDataset, readDemonstrations, readNormalization, readNpz } from '@dppo/data';
import { loadPolicy } from '@dppo/policy';
import { readHead } from '@dppo/policy/head';

import { readCheckpoint } from '../../../apps/trainer/src/finetune/training-checkpoint.ts';
import { readDiffusionPolicy } from '../../../apps/trainer/src/import/diffusion-policy.ts';
import { readReference } from '../../../apps/trainer/src/import/import-weights.ts';
import { readLerobot } from '../../../apps/trainer/src/import/lerobot.ts';
import { readHistory } from '../../../apps/trainer/src/runs/history.ts';
import { cutMetrics, readMetrics } from '../../../apps/trainer/src/runs/metrics-file.ts';
import { configIn } from '../../../apps/trainer/src/runs/recorded-run.ts';
import { lerobotParts, unpacked } from '../../../apps/trainer/test/others/recorded.ts';

/** Everything that reads a file of a stranger, by name, as the program uses it; each throws an Error that names the file. */
export const readers = {
  tensors: readTensors,
  head: readHead,
  policy: loadPolicy,
  checkpoint: readCheckpoint,
  torch: async (path) => {
    for (const { values } of (await readTorch(path)).values()) values();
  },
  objects: readTorchObjects,
  reference: readReference,
  diffusionPolicy: (path) => readDiffusionPolicy(path),
  lerobot: async (path) => {
    const folder = besideOthers(path);
    return readLerobot(folder).catch((error: unknown) => {
      // What does not fit together is said of the folder.
      throw String(error).includes(folder) ? new Error(`${path}: ${String(error)}`, { cause: error }) : error;
    });
  },
  npz: (path) => readNpz(path),
  demonstrations: async (path) =>
    chunkDataset(await readDemonstrations(path), { condSteps: 1, horizonSteps: 1 }),
  normalization: readNormalization,
  config: async (path) => configIn(path),
  history: async (path) => readHistory(path.slice(0, -'/history.yaml'.length)),
  metrics: async (path) => {
    try {
      readMetrics(path);
    } finally {
      await cutMetrics(path, 1);
    }
  },
} satisfies Readonly<Record<string, (path: string) => Promise<unknown>>>;

/** The folder of a file of lerobot's, with the others of such a folder in it. */
function besideOthers(path: string): string {
  const folder = dirname(path);
  for (const part of lerobotParts) {
    const other = join(folder, part);
    if (!existsSync(other)) writeFileSync(other, unpacked(`lerobot.${part}`));
  }
  return folder;
}

export type Reader = keyof typeof readers;

export function isReader(name: string): name is Reader {
  return Object.hasOwn(readers, name);
}
