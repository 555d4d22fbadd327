import { existsSync } from 'node:fs';

import type { PpoState } from '@dppo/agent';
import { readTensors, writeTensors } from '@dppo/checkpoint';
import { flatten, type Flat, release, unflatten } from '@dppo/optim';
import {
  type DiffusionSpec,
  formatSpec,
  isDiffusion,
  parseSpec,
  relativeTo,
  resolvedFrom,
} from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { upgraded } from './old-checkpoint.ts';

/** What a run needs to go on as if it had never stopped, besides its options and the state of its training. */
export interface Checkpoint {
  readonly spec: DiffusionSpec;
  readonly frozen: tf.NamedTensorMap;
  /** What the run has taken so far. */
  readonly seconds: number;
  /** What it was computed on. */
  readonly backend: string;
}

const progress = z.strictObject({ state: z.json(), seconds: z.number(), backend: z.string() });

/** Writes a checkpoint, whole or not at all; it is a policy file as well. */
export async function writeCheckpoint(
  path: string,
  { spec, frozen, seconds, backend }: Checkpoint,
  state: PpoState,
): Promise<void> {
  const { tensors, rest } = flatten({ ...state, frozen });
  const training = { state: rest, seconds, backend };
  const dppo = formatSpec(relativeTo(path, spec), `checkpoint ${path}`);
  await writeTensors(path, tensors, { dppo, training: JSON.stringify(training) });
}

/**
 * Reads what writeCheckpoint wrote; `stateLike` gives the state of the form of another, which it disposes of.
 *
 * @throws Error naming the file where it is not there, damaged, or the checkpoint of something else
 */
export async function readCheckpoint(
  path: string,
): Promise<Checkpoint & { readonly stateLike: (like: PpoState) => PpoState }> {
  if (!existsSync(path))
    throw new Error(`checkpoint ${path}: no such file, expected that of a run that has begun`);
  const { tensors, metadata } = await readTensors(path);
  const spec = resolvedFrom(path, parseSpec(metadata.dppo, `checkpoint ${path}`));
  if (!isDiffusion(spec) || metadata.training === undefined) {
    throw new Error(`checkpoint ${path}: a policy alone, expected the state of a training`);
  }
  const { state, seconds, backend, ...old } = JSON.parse(metadata.training);
  const flat: Flat =
    state === undefined ? upgraded(tensors, old) : { tensors, rest: progress.shape.state.parse(state) };
  const frozen = Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith('frozen.'))
      .map(([name, tensor]) => [name.slice('frozen.'.length), tensor]),
  );
  const stateLike = (like: PpoState): PpoState => {
    try {
      const whole = unflatten({ ...like, frozen }, flat);
      const { frozen: _, ...found } = whole;
      return found;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`checkpoint ${path}: ${reason}`, { cause: error });
    } finally {
      release(like);
    }
  };
  return { spec, frozen, ...progress.omit({ state: true }).parse({ seconds, backend }), stateLike };
}
