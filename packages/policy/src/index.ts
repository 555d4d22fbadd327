export { type FlowTraining, noiseOf } from './build-flow.ts';
export { etaOf, type Exploring, flowPolicyOf, networkOf, policyOf, samplersOf } from './build.ts';
export { checkShapes, checkTrained } from './check-shapes.ts';
export { actingSpec, type ActingSteps } from './acting-spec.ts';
export { ddimSpec } from './ddim-spec.ts';
export { flowSpec } from './flow-spec.ts';
export { formatPolicy, parsePolicy, readPolicy, writePolicy } from './file.ts';
export { readHead } from './head.ts';
export { type LoadedPolicy, loadPolicy, type LoadPolicyOptions } from './load.ts';
export { networkWeights } from './network-weights.ts';
export type { PolicyFile, PolicyHead } from './policy-file.ts';
export { formatSpec, parseSpec } from './spec-text.ts';
export {
  type BoundsSpec,
  type DenoiserSpec,
  type Denoising,
  type DenoisingSpec,
  type DiffusionSpec,
  type EtaSpec,
  type FlowSamplerSpec,
  type FlowSpec,
  type GaussianSamplerSpec,
  type GaussianSpec,
  isDiffusion,
  isFlow,
  isStepped,
  learnedEta,
  type NetworkSpec,
  type NoiseSpec,
  type PolicySpec,
  type SamplerSpec,
  type SteppedSpec,
  stepsOf,
  type TaskPlace,
  type TaskSpec,
} from './spec.ts';
export { relativeTo, resolvedFrom } from './task-path.ts';
