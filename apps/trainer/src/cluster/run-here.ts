import { type Algorithm, compiled, type Policy, type PpoState } from '@dppo/agent';
import { parseTensors } from '@dppo/checkpoint';
import { compile } from '@dppo/engine';
import type { VecEnv } from '@dppo/env';
import { isStepped, parsePolicy, policyOf, type PolicySpec } from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import { algorithmOf } from '../algorithms/algorithm-of.ts';
import { compilerOf } from '../backend.ts';
import { environmentFor } from '../tasks/environment.ts';
import type { Description } from './description.ts';
import { latest } from './latest.ts';

/** What a run trains, and by what. */
interface Training {
  readonly policy: Policy;
  readonly algorithm: Algorithm<PpoState>;
}

/** A policy that acts, and its weights. */
export interface ActingHere {
  readonly policy: Policy;
  readonly params: tf.NamedTensorMap;
}

/** A run on this machine. */
export interface RunHere {
  readonly description: Description;
  /** The policy in the environment that this machine has. */
  readonly spec: PolicySpec;
  /** Works in so many environments of it, which are kept for the next time unless the work fails. */
  inEnvironments<Result>(count: number, work: (env: VecEnv) => Promise<Result>): Promise<Result>;
  /** What trains from these weights on, which are borrowed. */
  training(frozen: tf.NamedTensorMap): Training;
  /** The same from weights as bytes, which it asks for unless it has been called by this `name` last. */
  trainingBy(name: string, weights: () => Promise<Uint8Array>): Promise<Training>;
  /** What acts without exploration by a policy's file, which it asks for unless it has been called by this `name` last. */
  actingBy(name: string, file: () => Promise<Uint8Array>): Promise<ActingHere>;
  /** Closes the environments, and lets go of weights. */
  close(): Promise<void>;
}

/** A run whose environments are stepped by so many threads, or as many as there are cores. */
export function runHere(description: Description, spec: PolicySpec, workers: number | undefined): RunHere {
  const { envTimeout, training: options } = description;
  const environments = new Map<number, VecEnv>();
  const trainings = latest<Training>();
  const policies = latest<ActingHere>();

  function training(frozen: tf.NamedTensorMap): Training {
    if (options === undefined || !isStepped(spec))
      throw new RangeError('the description of this run says of no training, wanted that of dppo finetune');
    return algorithmOf(spec, frozen, options, compilerOf({ ...options, jit: options.jit === true }));
  }

  return {
    description,
    spec,
    inEnvironments: async (count, work) => {
      const env = environments.get(count) ?? (await environmentFor(spec, { count, workers, envTimeout }));
      environments.set(count, env);
      try {
        return await work(env);
      } catch (error) {
        environments.delete(count);
        await env.close();
        throw error;
      }
    },
    training,
    trainingBy: (name, weights) =>
      trainings.by(name, weights, (bytes) => {
        const { tensors: frozen } = parseTensors(bytes, 'frozen weights');
        return { made: training(frozen), held: frozen };
      }),
    actingBy: (name, file) =>
      policies.by(name, file, (bytes) => {
        const { params, frozen } = parsePolicy(bytes, 'the policy to evaluate');
        const policy = compiled(policyOf({ spec, params, ...(frozen && { frozen }) }), compile);
        return { made: { policy, params }, held: [params, { ...frozen }] };
      }),
    close: async () => {
      trainings.letGo();
      policies.letGo();
      const all = [...environments.values()];
      environments.clear();
      await Promise.all(all.map((env) => env.close()));
    },
  };
}

/** All of a state that acting needs. */
export function actingState(actor: tf.NamedTensorMap, iteration: number): PpoState {
  return {
    iteration,
    envSteps: 0,
    actor,
    critic: {},
    actorOptimizer: {},
    criticOptimizer: {},
    rewardScale: { returns: [], mean: 0, variance: 1, count: 0 },
    actorLrScale: 1,
  };
}
