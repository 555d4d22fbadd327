import {
  type ActorCritic,
  type Algorithm,
  diffusionPolicy,
  dppoDefaults,
  ppo,
  type PpoState,
} from '@dppo/agent';
import { cosineSchedule, ddimSteps, ddpmSteps, type Schedule, tableSampler } from '@dppo/diffusion';
import { compile, type CompileOptions } from '@dppo/engine';
import { denoiserMlp, valueMlp } from '@dppo/nn';
import type * as tf from '@tensorflow/tfjs';

import { type Learner, learnerOf } from '../../../packages/agent/src/ppo/learner.ts';

/** What the benchmark varies; what is left out is as in the reference's Hopper job. */
export interface Sizes {
  /** N */
  readonly nEnvs?: number;
  /** Threads that step the environments, 0 for the main one; as many as processors by default. */
  readonly workers?: number;
  /** K */
  readonly denoisingSteps?: number;
  /** K′ */
  readonly ftDenoisingSteps?: number;
  /** Of the actor's three hidden layers. */
  readonly width?: number;
  /** PPO samples in a minibatch. */
  readonly batchSize?: number;
  /** PPO samples whose gradient is computed at once. */
  readonly microBatchSize?: number;
  /** How its functions become graphs; machine code by default, as in the trainer. */
  readonly compile?: CompileOptions;
}

export const shapes = { obsDim: 11, actionDim: 3, horizonSteps: 4, condSteps: 1 } as const;
/** T, chunks per environment and iteration. */
export const chunks = 500;

/** The reference's Hopper job, or a larger or smaller one. */
export interface HopperPreset {
  readonly nEnvs: number;
  readonly workers?: number | undefined;
  readonly denoisingSteps: number;
  readonly agent: ActorCritic;
  readonly algorithm: Algorithm<PpoState>;
  /** The same network with five DDIM steps. */
  readonly quickPolicy: ActorCritic['policy'];
  readonly learn: Learner;
  readonly network: ReturnType<typeof denoiserMlp>;
  readonly schedule: Schedule;
  readonly params: { readonly actor: tf.NamedTensorMap; readonly critic: tf.NamedTensorMap };
  readonly options: typeof dppoDefaults;
  /** Floating-point operations of one row through the networks: multiply-adds times two. */
  readonly rowFlops: { readonly actor: number; readonly critic: number };
}

/** Makes its weights on the backend that is chosen by then. */
export function hopperPreset({
  nEnvs = 40,
  workers,
  denoisingSteps = 20,
  ftDenoisingSteps = 10,
  width = 512,
  batchSize = 50_000,
  microBatchSize = 1000,
  compile: graphs = { jit: true },
}: Sizes = {}): HopperPreset {
  const network = denoiserMlp({ ...shapes, timeDim: 16, hidden: [width, width, width] });
  const critic = valueMlp({ ...shapes, hidden: [256, 256, 256] });
  const schedule = cosineSchedule(denoisingSteps);
  const params = { actor: network.init(1), critic: critic.init(2) };
  const policyOptions = { ...shapes, network, frozen: params.actor };
  const sampler = tableSampler(ddpmSteps(schedule));
  const agent: ActorCritic = {
    policy: diffusionPolicy({ ...policyOptions, sampler, ftDenoisingSteps }),
    critic,
    compile: (f) => compile(f, graphs),
  };
  const options = { ...dppoDefaults, targetKl: Infinity, batchSize, microBatchSize };
  return {
    nEnvs,
    workers,
    denoisingSteps,
    agent,
    algorithm: ppo(agent, options),
    quickPolicy: diffusionPolicy({ ...policyOptions, sampler: tableSampler(ddimSteps(schedule, 5)) }),
    learn: learnerOf(agent, options),
    network,
    schedule,
    params,
    options,
    rowFlops: {
      actor: 2 * (39 * width + 2 * width * width + width * 12),
      critic: 2 * (11 * 256 + 2 * 256 * 256 + 256),
    },
  };
}
