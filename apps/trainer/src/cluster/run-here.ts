import type { Algorithm, Policy, PpoState } from '@dppo/agent';
import { parseTensors } from '@dppo/checkpoint';
import type { VecEnv } from '@dppo/env';
import { isStepped, type PolicySpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { algorithmOf } from '../algorithms/algorithm-of.ts';
import { compilerOf } from '../backend.ts';
import { environmentFor } from '../tasks/environment.ts';
import type { Description } from './description.ts';

/** What a run trains, and by what. */
export interface Training {
  readonly policy: Policy;
  readonly algorithm: Algorithm<PpoState>;
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
  /** Closes the environments, and lets go of weights. */
  close(): Promise<void>;
}

/** A run whose environments are stepped by so many threads, or as many as there are cores. */
export function runHere(description: Description, spec: PolicySpec, workers: number | undefined): RunHere {
  const { envTimeout, training: options } = description;
  const environments = new Map<number, VecEnv>();
  let kept:
    | { readonly name: string; readonly frozen: tf.NamedTensorMap; readonly made: Training }
    | undefined;

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
    trainingBy: async (name, weights) => {
      if (kept?.name !== name) {
        const { tensors: frozen } = parseTensors(await weights(), 'frozen weights');
        tf.dispose({ ...kept?.frozen });
        kept = { name, frozen, made: training(frozen) };
      }
      return kept.made;
    },
    close: async () => {
      tf.dispose({ ...kept?.frozen });
      kept = undefined;
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
