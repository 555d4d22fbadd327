import { type Collector, inParts, type Played, type PpoState, split } from '@dppo/agent';
import { formatTensors } from '@dppo/checkpoint';
import type { Digest } from '@dppo/cluster';
import type * as tf from '@tensorflow/tfjs';

import { checkDiverged } from './diverged.ts';
import type { Joined } from './joined.ts';
import { parsePlayed } from './played-bytes.ts';
import { formatPart } from './rollout.ts';

/** Environments of a training, and how many shards of them. */
interface Sharded {
  readonly nEnvs: number;
  readonly shards: number;
}

/** Has the workers of a cluster play: a task for each shard and iteration, with the bits that as many shards in one process have. */
export function clusterCollector(
  { cluster, probe, description, waiting }: Pick<Joined, 'cluster' | 'probe' | 'description' | 'waiting'>,
  frozen: tf.NamedTensorMap,
  { nEnvs, shards }: Sharded,
): Collector<PpoState> {
  const { table: like, isSavable } = probe;
  const rows = split([...Array(nEnvs).keys()], shards);
  let before: Digest | undefined;
  return inParts(
    rows.map(({ length }) => length),
    async ({ actor, iteration }: PpoState, parts): Promise<Played[]> => {
      const start = await cluster.share(formatTensors(frozen));
      const weights = await cluster.share(formatTensors(actor));
      if (before !== undefined && before !== weights && before !== start) await cluster.forget(before);
      before = weights;
      const tasks = parts.map(({ seed, steps, standing }, shard) => {
        const first = { environment: rows[shard][0], shard };
        const of = { seed, iteration, steps, count: rows[shard].length, first };
        return {
          kind: 'rollout',
          shared: [description, start, weights],
          data: formatPart(of, isSavable ? standing : undefined),
        };
      });
      const [{ steps, signal }] = parts;
      const results = await waiting(cluster.map(tasks, signal ? { signal } : {}));
      checkDiverged(results);
      return results.map((bytes, shard) =>
        parsePlayed(bytes, { count: rows[shard].length, steps, like, isSavable }, `shard ${shard}`),
      );
    },
  );
}
