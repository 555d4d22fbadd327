import type { BoundsSpec, DenoiserSpec, SteppedSpec } from '@dppo/policy';

import type { Weights } from './import-weights.ts';

/** A policy that is read, before it is a file. */
export interface FoundPolicy {
  /** What it is, with its article. */
  readonly kind: string;
  readonly network: DenoiserSpec;
  readonly sampler: SteppedSpec['sampler'];
  readonly bounds: BoundsSpec;
  readonly actSteps: number;
  readonly firstAction: number;
  readonly weights: Weights;
  readonly frozen?: Weights;
  /** Names of tensors that nothing was made of. */
  readonly leftOut: readonly string[];
  /** What else there is to say of it. */
  readonly remarks?: readonly string[];
}
