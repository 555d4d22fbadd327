import { join } from 'node:path';

import { fitNormalization, writeDemonstrations, writeNormalization } from '@dppo/data';
import { scaled } from '@dppo/env';

import type { RunFolder } from '../runs/run-folder.ts';

/** One whole episode of T steps, in the robot's units. */
export interface Demonstration {
  /** what each action was chosen on [T, Do] */
  readonly obs: readonly number[];
  /** [T, Da] */
  readonly actions: readonly number[];
  /** [T] */
  readonly rewards: readonly number[];
  /** Whether the last step ended the task. */
  readonly terminal: boolean;
}

/** Writes what pre-training reads, in the reference's format: train.npz, scaled by the ranges in normalization.npz. */
export async function saveDemonstrations(
  { dir }: RunFolder,
  episodes: readonly Demonstration[],
  { obsDim, actionDim }: { readonly obsDim: number; readonly actionDim: number },
): Promise<void> {
  const states = Float32Array.from(episodes.flatMap(({ obs }) => obs));
  const actions = Float32Array.from(episodes.flatMap((episode) => episode.actions));
  const normalization = fitNormalization({ obsDim, actionDim, states, actions });
  await writeNormalization(join(dir, 'normalization.npz'), normalization);
  await writeDemonstrations(join(dir, 'train.npz'), {
    obsDim,
    actionDim,
    states: scaled(states, normalization.obsMin, normalization.obsMax),
    actions: scaled(actions, normalization.actionMin, normalization.actionMax),
    rewards: Float32Array.from(episodes.flatMap(({ rewards }) => rewards)),
    terminals: Uint8Array.from(
      episodes.flatMap(({ rewards, terminal }) =>
        rewards.map((_, t) => (terminal && t === rewards.length - 1 ? 1 : 0)),
      ),
    ),
    trajLengths: Int32Array.from(episodes, ({ rewards }) => rewards.length),
  });
}
