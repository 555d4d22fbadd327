export { chunkDataset, type ChunkDataset, type ChunkTable } from './chunk-dataset.ts';
export { readDemonstrations, writeDemonstrations, type Demonstrations } from './demonstrations.ts';
export {
  fitNormalization,
  readNormalization,
  writeNormalization,
  type Normalization,
} from './normalization.ts';
export type { NpyArray } from './npy.ts';
export { readNpz, writeNpz } from './npz.ts';
