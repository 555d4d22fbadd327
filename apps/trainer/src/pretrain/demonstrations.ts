import type { Demonstrations } from '@dppo/data';
import type { Episode } from '@dppo/formats';

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

/** Episodes as their file has them, in the units that they are given in. */
export function demonstrationsOf(
  episodes: readonly Demonstration[],
  sizes: { readonly obsDim: number; readonly actionDim: number },
): Demonstrations {
  const { obsDim, actionDim } = sizes;
  return {
    obsDim,
    actionDim,
    states: Float32Array.from(episodes.flatMap(({ obs }) => obs)),
    actions: Float32Array.from(episodes.flatMap(({ actions }) => actions)),
    rewards: Float32Array.from(episodes.flatMap(({ rewards }) => rewards)),
    terminals: Uint8Array.from(
      episodes.flatMap(({ rewards, terminal }) =>
        rewards.map((_, t) => (terminal && t === rewards.length - 1 ? 1 : 0)),
      ),
    ),
    trajLengths: Int32Array.from(episodes, ({ rewards }) => rewards.length),
  };
}

/** Demonstrations episode by episode; one that did not end was cut. */
export function* episodesOf(demonstrations: Demonstrations): Generator<Episode> {
  const { states, actions, rewards, terminals, trajLengths, obsDim, actionDim } = demonstrations;
  let from = 0;
  for (const length of trajLengths) {
    const to = from + length;
    const terminated = terminals[to - 1] === 1;
    yield {
      obs: states.subarray(from * obsDim, to * obsDim),
      actions: actions.subarray(from * actionDim, to * actionDim),
      rewards: rewards.subarray(from, to),
      terminated,
      truncated: !terminated,
    };
    from = to;
  }
}

/** The first `episodes` of all parts, one after the other. */
export function firstOf(parts: readonly Demonstrations[], episodes: number): Demonstrations {
  const { obsDim, actionDim } = parts[0];
  const trajLengths = Int32Array.from(parts.flatMap((part) => Array.from(part.trajLengths))).slice(
    0,
    episodes,
  );
  const rows = trajLengths.reduce((sum, length) => sum + length, 0);
  const floats = (name: 'states' | 'actions' | 'rewards', dim: number): Float32Array => {
    const all = new Float32Array(rows * dim);
    let to = 0;
    for (const part of parts) {
      const values = part[name].subarray(0, all.length - to);
      all.set(values, to);
      to += values.length;
    }
    return all;
  };
  return {
    obsDim,
    actionDim,
    states: floats('states', obsDim),
    actions: floats('actions', actionDim),
    rewards: floats('rewards', 1),
    terminals: Uint8Array.from(parts.flatMap(({ terminals }) => Array.from(terminals))).slice(0, rows),
    trajLengths,
  };
}
