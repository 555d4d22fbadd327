import * as tf from '@tensorflow/tfjs';

import { averageGradient, type Part, partialGradient, slices } from '../average-gradient.ts';
import { type Policy, scheduledOf } from '../policies/policy.ts';
import { rowsOf } from '../rollout/table.ts';
import type { ActorCritic } from './actor-critic.ts';
import { actorBatch, actorLoss, type Chosen, chosenOf } from './actor-loss.ts';
import { type CountedRows, criticBatch, criticLoss, partOf } from './critic-loss.ts';
import type { ActorPart, CriticPart, Gradients } from './gradients.ts';
import { type DppoOptions, settled, type Settled } from './options.ts';
import { type PathTensors, pathTensors, type ValueTensors, valueTensors } from './rollout-tensors.ts';

/** Samples of PPO: the paths of a rollout and which are meant, gathered where they are needed. */
interface ActorSamples {
  readonly paths: PathTensors;
  readonly chosen: Chosen;
  /** What the policy is told in this iteration beside its parameters. */
  readonly scheduled: tf.NamedTensorMap;
}

/** The same for the critic. */
interface CriticSamples {
  readonly values: ValueTensors;
  readonly counted: CountedRows;
}

/**
 * Computes gradients in this process, one part after another, in micro-batches that stay in cache.
 *
 * @param given - what is to be other than {@link dppoDefaults}, as `ppo` is told
 * @throws RangeError for an option that is out of its range
 */
export function localGradients(
  { policy, critic, compile = (f) => f }: Pick<ActorCritic, 'policy' | 'critic' | 'compile'>,
  given: DppoOptions = {},
): Gradients {
  const options = settled(given);
  const ofActor = compile(
    partialGradient((params, { paths, chosen, scheduled }: ActorSamples) =>
      actorLoss(policy, { ...params, ...scheduled }, actorBatch(policy, paths, chosen), options),
    ),
  );
  const ofCritic = compile(
    partialGradient((params, { values, counted }: CriticSamples) =>
      criticLoss((obs) => critic.apply(params, obs), criticBatch(values, counted), options),
    ),
  );
  return {
    begin: async (experience) => {
      const size = Math.min(options.microBatchSize, rowsOf(experience));
      const paths = pathTensors(experience);
      const values = valueTensors(paths.obs, experience);
      return {
        of: async (parameters, { actor, critic: ofValues }) => ({
          actor: actor.map((part) =>
            averageGradient(ofActor, parameters.actor, actorPieces(policy, paths, part, options)),
          ),
          critic: ofValues.map((part) =>
            averageGradient(ofCritic, parameters.critic, criticPieces(values, part, size)),
          ),
        }),
        end: () => tf.dispose([paths, values]),
      };
    },
  };
}

/** The micro-batches of a part. */
function actorPieces(
  policy: Policy,
  paths: PathTensors,
  { samples, whole, iteration, random, ...part }: ActorPart,
  { microBatchSize, bcLossCoeff }: Settled,
): Part<ActorSamples>[] {
  const { draws, horizonSteps, actionDim } = policy;
  return slices(samples.length, microBatchSize).map(({ from, to }) => ({
    share: (to - from) / whole,
    batch: () => {
      const chosen = chosenOf(policy, samples, part, { from, to });
      const scheduled = scheduledOf(policy, iteration);
      if (bcLossCoeff === 0) return { paths, chosen, scheduled };
      const shape: [number, number, number, number] = [draws, to - from, horizonSteps, actionDim];
      const noise = random.at(part.from + from).normal(shape.reduce((a, b) => a * b));
      return { paths, chosen: { ...chosen, cloningNoise: tf.tensor4d(noise, shape) }, scheduled };
    },
  }));
}

/** The micro-batches of a part, all of one size. */
function criticPieces(
  values: ValueTensors,
  { rows, counts, whole }: CriticPart,
  size: number,
): Part<CriticSamples>[] {
  return slices(rows.length, size).map(({ from }) => {
    const piece = partOf({ rows, counts }, from, size);
    return {
      share: piece.counts.reduce((a, b) => a + b, 0) / whole,
      batch: () => ({
        values,
        counted: { row: tf.tensor1d(piece.rows, 'int32'), weight: tf.tensor1d(piece.counts) },
      }),
    };
  });
}
