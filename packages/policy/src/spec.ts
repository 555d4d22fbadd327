import type {
  Activation,
  DenoiserMlpOptions,
  EtaRange,
  GaussianMlpOptions,
  NoiseMlpOptions,
  Unet1dOptions,
} from '@dppo/nn';

/** What a policy is for, how its network looks and how an action is drawn from it. Plain data: it survives JSON. */
export interface PolicySpec {
  /** What is trained. */
  readonly network: NetworkSpec;
  /** How the network's output becomes a chunk of actions. */
  readonly sampler: SamplerSpec;
  /** Ranges that observations and actions are scaled by, from the robot's units to [−1, 1]. */
  readonly bounds: BoundsSpec;
  /** Where it acts. */
  readonly task: TaskSpec;
}

/** A policy that denoises chunks of actions. */
export interface DiffusionSpec extends PolicySpec {
  readonly network: DenoiserSpec;
  readonly sampler: DenoisingSpec;
}

/** A policy whose network tells velocities, from noise to chunks of actions. */
export interface FlowSpec extends PolicySpec {
  readonly network: DenoiserSpec;
  readonly sampler: FlowSamplerSpec;
}

/** A policy that goes from noise to a chunk of actions in steps: it denoises, or is a flow. */
export type SteppedSpec = DiffusionSpec | FlowSpec;

/** Whether the policy of a `spec` denoises chunks of actions, which a Gaussian policy does not, nor a flow. */
export function isDiffusion(spec: PolicySpec): spec is DiffusionSpec {
  return spec.network.kind !== 'gaussian' && spec.sampler.kind !== 'flow';
}

/** Whether the policy of a `spec` is a flow. */
export function isFlow(spec: PolicySpec): spec is FlowSpec {
  return spec.network.kind !== 'gaussian' && spec.sampler.kind === 'flow';
}

/** A network of @dppo/nn by its options; those that are absent are as that function has them. */
export type NetworkSpec = DenoiserSpec | GaussianSpec;

/** `denoiserMlp` or `unet1d`. */
export type DenoiserSpec =
  | (DenoiserMlpOptions & { readonly kind: 'mlp'; readonly condSteps: number })
  | (Unet1dOptions & { readonly kind: 'unet'; readonly condSteps: number });

/** `gaussianMlp`. */
export type GaussianSpec = GaussianMlpOptions & { readonly kind: 'gaussian'; readonly condSteps: number };

/** How an action is drawn. */
export type SamplerSpec = DenoisingSpec | FlowSamplerSpec | GaussianSamplerSpec;

/** One draw from the network's Gaussian. */
export interface GaussianSamplerSpec {
  readonly kind: 'gaussian';
  /** Bound of the standard normal noise while exploring; absent: none. */
  readonly clipNoise?: number;
}

/** Euler steps of a flow, `flowSampler`. */
export interface FlowSamplerSpec {
  readonly kind: 'flow';
  /** K, steps that a chunk takes. */
  readonly steps: number;
  /** σ of the noise that it explores with in each step, or the network that it is learned by; absent where none was decided. */
  readonly noise?: number | NoiseSpec;
  /** Bound of each step's mean; absent: none. The policies of ReinFlow have 1. */
  readonly clipMean?: number;
  /** Bound of the standard normal noise of a step; absent: none. The policies of ReinFlow have 3. */
  readonly clipNoise?: number;
  /** Bound of the chunk that comes out; absent: none. The policies of ReinFlow have 1. */
  readonly clipAction?: number;
}

/** A learned noise of a flow, `noiseMlp`, and what its σ is within. */
export type NoiseSpec = Omit<NoiseMlpOptions, 'flow' | 'steps'> & {
  /** Smallest σ. */
  readonly min: number;
  /** Largest σ. */
  readonly max: number;
};

/** A chain of denoising steps over a cosine schedule. */
export type DenoisingSpec = Denoising &
  (
    | { readonly kind: 'ddpm' }
    | {
        readonly kind: 'ddim';
        /** Steps that are taken of the K. */
        readonly ddimSteps: number;
        /** η while exploring: 0 without noise, 1 with as much as DDPM; or the network that it is learned by. */
        readonly eta: number | EtaSpec;
        /** Bound of the noise that goes with the bounded x̂₀; absent: none. */
        readonly clipEpsilon?: number;
        /** Which noise that is: the one that x̂₀ implies, which is meant where this is absent, or the predicted one, as in diffusers and lerobot. */
        readonly direction?: 'implied' | 'predicted';
      }
  );

/** A learned η: one for all, `etaFixed`, one for each dimension of an action, `etaAction`, or of the observation, `etaState` and `etaStateAction`. */
export type EtaSpec = Required<EtaRange> &
  (
    | { readonly kind: 'fixed' | 'action' }
    | {
        readonly kind: 'state' | 'state-action';
        /** Sizes of the hidden layers. */
        readonly hidden: readonly number[];
        /** Activation between them. */
        readonly activation?: Activation;
      }
  );

/** What all chains of denoising steps have. */
export interface Denoising {
  /** K, steps of the schedule that the network was trained with. */
  readonly denoisingSteps: number;
  /** K′, how many of the last steps were fine-tuned; absent where none was. */
  readonly ftDenoisingSteps?: number;
  /** What the network predicts: the noise, which is meant where this is absent, or the clean action. */
  readonly prediction?: 'epsilon' | 'x0';
  /** Bound of the predicted clean action, |x̂₀| ≤ clipX0; absent: none. The policies of DPPO have 1. */
  readonly clipX0?: number;
  /** Bound of the standard normal noise of a step; absent: none. The policies of DPPO have 3. */
  readonly clipNoise?: number;
  /** Bound of the chunk that comes out; absent: none. */
  readonly clipAction?: number;
}

/** Whether the policy of a `spec` denoises, or is a flow. */
export function isStepped(spec: PolicySpec): spec is SteppedSpec {
  return isDiffusion(spec) || isFlow(spec);
}

/** How many steps a chunk takes by a `sampler`, each an evaluation of the network. */
export function stepsOf(sampler: SteppedSpec['sampler']): number {
  switch (sampler.kind) {
    case 'ddpm':
      return sampler.denoisingSteps;
    case 'ddim':
      return sampler.ddimSteps;
    case 'flow':
      return sampler.steps;
  }
}

/** The η that a `sampler` learns; undefined where it learns none. */
export function learnedEta(sampler: DenoisingSpec): EtaSpec | undefined {
  return sampler.kind === 'ddim' && typeof sampler.eta !== 'number' ? sampler.eta : undefined;
}

/** Ranges as plain numbers: observations [Do], actions [Da]. */
export interface BoundsSpec {
  /** [Do] */
  readonly obsMin: readonly number[];
  /** [Do] */
  readonly obsMax: readonly number[];
  /** [Da] */
  readonly actionMin: readonly number[];
  /** [Da] */
  readonly actionMax: readonly number[];
}

/** Where a policy acts, and how. */
export type TaskSpec = TaskPlace & {
  /** Actions executed of each chunk, with `firstAction` at most `horizonSteps`. */
  readonly actSteps: number;
  /** Which action of a chunk is the first that is executed: To − 1 where chunks begin with the oldest observation's, as in diffusion_policy and lerobot; absent: 0. */
  readonly firstAction?: number;
  /** Environment steps before an automatic reset. */
  readonly maxEpisodeSteps: number;
  /** Whether an episode ends with its first success; absent: false. */
  readonly endAtSuccess?: boolean;
};

/** A task by its name, a module that makes an environment, a MuJoCo model, or an environment of Gymnasium. */
export type TaskPlace =
  | {
      readonly kind: 'named';
      /** As `dppo --environment` has it, such as `hopper`. */
      readonly name: string;
    }
  | {
      readonly kind: 'module' | 'mjcf';
      /** Where the module or the model lies; in a policy's file relative to that file. */
      readonly path: string;
    }
  | {
      readonly kind: 'gymnasium';
      /** As `gymnasium.make` takes it, such as `Pendulum-v1`. */
      readonly id: string;
    };
