import type { Collector } from './collector.ts';
import { inParts } from './in-parts.ts';

/**
 * Plays in the environments of all `collectors`, at once, as one collector with as many shards would: rows, episodes and bits are the same. Each has its own
 * numbers of `first`.
 *
 * @throws RangeError where there is none
 */
export function together<State>(collectors: readonly Collector<State>[]): Collector<State> {
  if (collectors.length === 0) throw new RangeError('together: got no collectors, wanted at least 1');
  return inParts(
    collectors.map(({ count }) => count),
    (state, parts) => Promise.all(collectors.map((one, i) => one.collect(state, parts[i]))),
  );
}
