import { existsSync } from 'node:fs';

import type { PpoState, Standing } from '@dppo/agent';
import { aboutFile } from '@dppo/files';
import {
  checkShapes,
  checkTrained,
  isStepped,
  parseSpec,
  resolvedFrom,
  type SteppedSpec,
} from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { members } from '../runs/members.ts';
import { type Progress, readState } from '../runs/saved-state.ts';
import { standingIn } from '../runs/standing-tensors.ts';

/** What a run needs to go on as if it had never stopped, besides its options and the state of its training. */
export interface Checkpoint extends Progress {
  readonly spec: SteppedSpec;
  readonly frozen: tf.NamedTensorMap;
  /** Where the environments stood, if they could be saved. */
  readonly standing: Standing | undefined;
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
  const [actor, frozen, environments] = ['actor.', 'frozen.', 'environments.'].map((prefix) =>
    members(tensors, prefix),
  );
  const isStanding = Object.keys(environments).length > 0;
  // Before a network of these sizes is made to take the state.
  checkTrained(spec, actor, `checkpoint ${path}`);
  checkShapes(spec.network, frozen, `checkpoint ${path}`);
  return {
    spec,
    frozen,
    standing: isStanding ? standingOf(path, environments) : undefined,
    seconds,
    cpuSeconds,
    backend,
    stateLike: (like) => {
      const {
        frozen: _,
        environments: stood,
        ...state
      } = stateLike({
        ...like,
        frozen,
        ...(isStanding && { environments }),
      });
      tf.dispose(stood ?? {});
      return state;
    },
  };
}

function standingOf(path: string, tensors: tf.NamedTensorMap): Standing {
  try {
    return standingIn(tensors);
  } catch (error) {
    throw aboutFile(`checkpoint ${path}`, error);
  }
}
