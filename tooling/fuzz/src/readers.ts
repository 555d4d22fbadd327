import { readTensors, readTorch } from '@dppo/checkpoint';
import { chunkDataset, readDemonstrations, readNormalization, readNpz } from '@dppo/data';
import { loadPolicy } from '@dppo/policy';
import { readHead } from '@dppo/policy/head';

import { readCheckpoint } from '../../../apps/trainer/src/finetune/training-checkpoint.ts';
import { readReference } from '../../../apps/trainer/src/import/import-weights.ts';
import { readHistory } from '../../../apps/trainer/src/runs/history.ts';
import { cutMetrics, readMetrics } from '../../../apps/trainer/src/runs/metrics-file.ts';
import { configIn } from '../../../apps/trainer/src/runs/recorded-run.ts';

/** Everything that reads a file of a stranger, by name, as the program uses it; each throws an Error that names the file. */
export const readers = {
  tensors: readTensors,
  head: readHead,
  policy: loadPolicy,
  checkpoint: readCheckpoint,
  torch: async (path) => {
    for (const { values } of (await readTorch(path)).values()) values();
  },
  reference: readReference,
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

export type Reader = keyof typeof readers;

export function isReader(name: string): name is Reader {
  return Object.hasOwn(readers, name);
}
