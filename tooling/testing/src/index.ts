export {
  describeGolden,
  goldenFiles,
  onlyKnows,
  readGolden,
  type Golden,
  type GoldenArray,
  type GoldenCase,
  type Skip,
} from './golden.ts';
export { toTensor, toTensors } from './tensors.ts';
