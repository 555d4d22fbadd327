export { type Exploring, networkOf, policyOf } from './build.ts';
export {
  formatPolicy,
  formatSpec,
  parsePolicy,
  parseSpec,
  type PolicyFile,
  readPolicy,
  writePolicy,
} from './file.ts';
export { type LoadedPolicy, loadPolicy, type LoadPolicyOptions } from './load.ts';
export type {
  BoundsSpec,
  DenoiserSpec,
  Denoising,
  DenoisingSpec,
  GaussianSamplerSpec,
  GaussianSpec,
  NetworkSpec,
  PolicySpec,
  SamplerSpec,
  TaskSpec,
} from './spec.ts';
