export {
  describeGolden,
  goldenFiles,
  onlyKnows,
  readGolden,
  reinflow,
  type Golden,
  type GoldenArray,
  type GoldenCase,
  type Skip,
} from './golden.ts';
export { toTensor, toTensors } from './tensors.ts';
