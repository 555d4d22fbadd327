import type { Episode } from '../algorithm.ts';
import type { Collector, Played, Playing } from './collector.ts';
import type { Standing } from './collect.ts';
import { concatRows, gatherRows, rowsOf } from './table.ts';

/**
 * A collector of all environments whose parts, of so many environments each (`counts`), are played elsewhere: `play` is given what each part is to
 * be played by, in their order, and leads to what each part led to.
 *
 * @throws RangeError where there are no parts
 */
export function inParts<State>(
  counts: readonly number[],
  play: (state: State, parts: readonly Playing[]) => Promise<readonly Played[]>,
): Collector<State> {
  if (counts.length === 0) throw new RangeError('inParts: got no parts, wanted at least 1');
  let left: { readonly whole: Standing; readonly parts: readonly Standing[] } | undefined;
  return {
    count: counts.reduce((sum, count) => sum + count),
    async collect(state, playing) {
      const { standing } = playing;
      const stand = standing && (standing === left?.whole ? left.parts : partsOf(standing, counts));
      const played = await play(
        state,
        counts.map((_, i) => ({ ...playing, standing: stand?.[i] })),
      );
      const parts = played.map((part) => part.standing);
      left = { whole: wholeOf(parts), parts };
      return { rollout: joined(played), standing: left.whole };
    },
  };
}

/** Row t·N + n of the whole is step t of environment n, whichever part that is in. */
function joined(parts: readonly Played[]): Played['rollout'] {
  const rollouts = parts.map(({ rollout }) => rollout);
  const counts = rollouts.map(({ count }) => count);
  const count = counts.reduce((sum, own) => sum + own);
  const steps = rowsOf(rollouts[0].table) / counts[0];
  const owners = counts.flatMap((own, part) => Array.from({ length: own }, () => part));
  const begins = counts.map((_, part) => counts.slice(0, part).reduce((sum, own) => sum + own, 0));
  const order = Int32Array.from({ length: steps * count }, (_, row) => {
    const [t, n] = [Math.floor(row / count), row % count];
    const part = owners[n];
    return steps * begins[part] + t * counts[part] + n - begins[part];
  });
  const table = gatherRows(concatRows(rollouts.map((rollout) => rollout.table)), order);
  // Those of a part are in the order of its own rows.
  const next = rollouts.map(({ episodes }) => episodes.values());
  const episodes: Episode[] = [];
  for (let row = 0; row < order.length; row++) {
    if (table['terminated'].data[row] === 0 && table['truncated'].data[row] === 0) continue;
    const { value } = next[owners[row % count]].next();
    if (value !== undefined) episodes.push(value);
  }
  return { count, table, envSteps: rollouts.reduce((sum, own) => sum + own.envSteps, 0), episodes };
}

function wholeOf(parts: readonly Standing[]): Standing {
  const states = parts.flatMap((part) => part.states ?? []);
  const isSaved = parts.every((part) => part.states !== undefined);
  return {
    obs: concatRows(parts.map(({ obs }) => obs)),
    firsts: Uint8Array.from(parts.flatMap(({ firsts }) => Array.from(firsts))),
    returns: Float64Array.from(parts.flatMap(({ returns }) => Array.from(returns))),
    lengths: Float64Array.from(parts.flatMap(({ lengths }) => Array.from(lengths))),
    states: isSaved ? states : undefined,
  };
}

function partsOf(
  { obs, firsts, returns, lengths, states }: Standing,
  counts: readonly number[],
): readonly Standing[] {
  let end = 0;
  return counts.map((count) => {
    const from = end;
    end += count;
    return {
      obs: gatherRows(
        obs,
        Int32Array.from({ length: count }, (_, n) => from + n),
      ),
      firsts: firsts.slice(from, end),
      returns: returns.slice(from, end),
      lengths: lengths.slice(from, end),
      states: states?.slice(from, end),
    };
  });
}
