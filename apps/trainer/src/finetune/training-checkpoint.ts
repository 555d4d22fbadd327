import { existsSync } from 'node:fs';

import type { PpoState } from '@dppo/agent';
import {
  checkShapes,
  checkTrained,
  isStepped,
  parseSpec,
  resolvedFrom,
  type SteppedSpec,
} from '@dppo/policy';
import type * as tf from '@tensorflow/tfjs';

import { members } from '../runs/members.ts';
import { type Progress, readState } from '../runs/saved-state.ts';

/** What a run needs to go on as if it had never stopped, besides its options and the state of its training. */
export interface Checkpoint extends Progress {
  readonly spec: SteppedSpec;
  readonly frozen: tf.NamedTensorMap;
}

/**
 * Reads the checkpoint of `dppo finetune`, which is a policy file as well; `stateLike` gives the state of the form of another, which it disposes of.
 *
 * @throws Error naming the file where it is not there, damaged, or the checkpoint of something else
 */
export async function readCheckpoint(
  path: string,
): Promise<Checkpoint & { readonly stateLike: (like: PpoState) => PpoState }> {
  if (!existsSync(path))
    throw new Error(`checkpoint ${path}: no such file, wanted that of a run that has begun`);
  const { tensors, metadata, seconds, cpuSeconds, backend, stateLike } = await readState(path);
  const spec = resolvedFrom(path, parseSpec(metadata.dppo, `checkpoint ${path}`));
  if (!isStepped(spec))
    throw new Error(`checkpoint ${path}: of a ${spec.sampler.kind} policy, wanted one of dppo finetune`);
  const [actor, frozen] = ['actor.', 'frozen.'].map((prefix) => members(tensors, prefix));
  // Before a network of these sizes is made to take the state.
  checkTrained(spec, actor, `checkpoint ${path}`);
  checkShapes(spec.network, frozen, `checkpoint ${path}`);
  return {
    spec,
    frozen,
    seconds,
    cpuSeconds,
    backend,
    stateLike: (like) => {
      const { frozen: _, ...state } = stateLike({ ...like, frozen });
      return state;
    },
  };
}
