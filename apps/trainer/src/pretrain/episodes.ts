import type { Rollout } from '@dppo/agent';
import { unscaled } from '@dppo/env';
import type { PolicySpec } from '@dppo/policy';

import type { Demonstration } from './demonstrations.ts';

/** A demonstration that grows. */
interface Growing extends Demonstration {
  readonly obs: number[];
  readonly actions: number[];
  readonly rewards: number[];
  terminal: boolean;
  done: boolean;
}

/** Whole episodes of N environments, put together from rollouts that follow one another. */
export interface Episodes {
  /** Whether all environments have come to as many steps as each was to play, or more. */
  readonly complete: () => boolean;
  /** How many steps their whole episodes have. */
  readonly played: () => number;
  readonly add: (rollout: Rollout) => void;
  /** The first episodes of all environments, then the second ones, …: those that each began before it had played enough. */
  readonly inTurn: () => Demonstration[];
}

/** Each of `count` environments plays whole episodes, one after the other, until it has come to `steps`: no favour for short ones. */
export function wholeEpisodes(
  { bounds, network }: PolicySpec,
  { count, steps }: { readonly count: number; readonly steps: number },
): Episodes {
  const { obsDim, actionDim } = network;
  const { obsMin, obsMax, actionMin, actionMax } = bounds;
  const tracks: Growing[][] = Array.from({ length: count }, () => []);
  const playedIn = (track: readonly Growing[]): number =>
    track.reduce((sum, { done, rewards }) => sum + (done ? rewards.length : 0), 0);
  return {
    complete: () => tracks.every((track) => playedIn(track) >= steps),
    played: () => tracks.reduce((sum, track) => sum + playedIn(track), 0),
    add: ({ table }) => {
      const [rewards, terminated, truncated] = ['reward', 'terminated', 'truncated'].map(
        (name) => table[name].data,
      );
      const obs = unscaled(Float32Array.from(table['obs.state'].data), obsMin, obsMax);
      // The robot's motors take no more than their range.
      const within = Float32Array.from(table['action'].data, (action) => Math.min(Math.max(action, -1), 1));
      const actions = unscaled(within, actionMin, actionMax);
      // A policy may see several observations and predict several actions: the latest, and the first.
      const [seen, chunk] = [obs, actions].map(({ length }) => length / rewards.length);
      for (let row = 0; row < rewards.length; row++) {
        const track = tracks[row % count];
        if (track.at(-1)?.done !== false) {
          if (playedIn(track) >= steps) continue;
          track.push({ obs: [], actions: [], rewards: [], terminal: false, done: false });
        }
        const episode = track[track.length - 1];
        episode.obs.push(...obs.subarray((row + 1) * seen - obsDim, (row + 1) * seen));
        episode.actions.push(...actions.subarray(row * chunk, row * chunk + actionDim));
        episode.rewards.push(rewards[row]);
        episode.terminal = terminated[row] === 1;
        episode.done = episode.terminal || truncated[row] === 1;
      }
    },
    inTurn: () => {
      const rounds = Math.max(...tracks.map((track) => track.length));
      return Array.from({ length: rounds }, (_, round) =>
        tracks.flatMap((track) => track.slice(round, round + 1)),
      ).flat();
    },
  };
}
