import { type Algorithm, collector, DivergenceError, type PpoState, type Standing } from '@dppo/agent';
import { formatTensors, parseTensors } from '@dppo/checkpoint';
import { parseJson } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { standingIn, standingTensors } from '../runs/standing-tensors.ts';
import { formatPlayed } from './played-bytes.ts';
import { actingState, type RunHere } from './run-here.ts';

/** Which part of a rollout a task is, and where its randomness is. */
const part = z.strictObject({
  seed: z.int().min(0),
  iteration: z.int().min(0),
  steps: z.int().min(1),
  /** environments */
  count: z.int().min(1).max(10_000),
  first: z.strictObject({ environment: z.int().min(0), shard: z.int().min(0) }),
});

export type RolloutPart = z.output<typeof part>;

/** A part of a rollout as bytes: what is to be played, from where the environments stand. */
export function formatPart(of: RolloutPart, standing: Standing | undefined): Uint8Array {
  const tensors = standing ? standingTensors(standing) : {};
  try {
    return formatTensors(tensors, { part: JSON.stringify(of) });
  } finally {
    tf.dispose(tensors);
  }
}

/** Plays a part of a rollout, which `formatPart` made bytes of, with the weights of an actor as bytes. */
export async function rollout(
  run: RunHere,
  { act }: Pick<Algorithm<PpoState>, 'act'>,
  { actor: weights, data }: { readonly actor: Uint8Array; readonly data: Uint8Array },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { tensors, metadata } = parseTensors(data, 'rollout');
  const json = parseJson(metadata['part'] ?? '', { values: 100, depth: 4 }, 'rollout: metadata part');
  const { seed, iteration, steps, count, first } = part.parse(json);
  const standing = Object.keys(tensors).length > 0 ? standingIn(tensors) : undefined;
  tf.dispose(tensors);
  const { tensors: actor } = parseTensors(weights, 'rollout: the actor');
  try {
    return formatPlayed(
      await run.inEnvironments(count, (env) =>
        collector({ act }, env, { first }).collect(actingState(actor, iteration), {
          seed,
          steps,
          standing,
          signal,
        }),
      ),
    );
  } catch (error) {
    if (signal.aborted) throw error;
    const { environment, shard } = first;
    const last = environment + count - 1;
    const where = `shard ${shard} (environments ${environment} to ${last}) of iteration ${iteration}, seed ${seed}`;
    const Kind = error instanceof DivergenceError ? DivergenceError : Error;
    throw new Kind(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    tf.dispose(actor);
  }
}
