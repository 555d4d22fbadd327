import type { Gradients } from '@dppo/agent';
import { formatTensors } from '@dppo/checkpoint';
import type { Cluster, Digest } from '@dppo/cluster';
import type * as tf from '@tensorflow/tfjs';

import { checkDiverged } from './diverged.ts';
import { formatExperience, parseGradient } from './gradient-bytes.ts';
import { formatActorPart, formatCriticPart } from './gradient-part.ts';

/** The cluster of a run, which waits for workers where there are none. */
interface Clustered {
  readonly cluster: Cluster;
  /** The name of the run's description among the shared bytes. */
  readonly description: Digest;
  waiting<Result>(work: Promise<Result>): Promise<Result>;
}

/**
 * Has the workers of a cluster compute gradients: a task for each part of a minibatch, with the bits that as many parts in one process have.
 *
 * @throws from `of` Error where what a worker sent is no gradient of the parameters
 */
export async function clusterGradients(joined: Clustered, frozen: tf.NamedTensorMap): Promise<Gradients> {
  const { cluster, description } = joined;
  const start = await cluster.share(formatTensors(frozen));
  return {
    begin: async (experience) => {
      const seen = await cluster.share(formatExperience(experience));
      const task = (kind: string, weights: Digest, data: Uint8Array) => ({
        kind,
        shared: [description, start, seen, weights],
        data,
      });
      return {
        of: async ({ actor, critic }, parts, signal) => {
          // Of other bytes than the same weights elsewhere, as these are forgotten.
          const bytes = [actor, critic].map((parameters) => formatTensors(parameters, { of: 'a minibatch' }));
          const [ofActor, ofCritic] = await Promise.all(bytes.map((weights) => cluster.share(weights)));
          const tasks = [
            ...parts.actor.map((part) => task('actor', ofActor, formatActorPart(part))),
            ...parts.critic.map((part) => task('critic', ofCritic, formatCriticPart(part))),
          ];
          const results = await joined.waiting(cluster.map(tasks, signal ? { signal } : {}));
          await cluster.forget(ofActor, ofCritic);
          checkDiverged(results);
          const count = parts.actor.length;
          return {
            actor: results
              .slice(0, count)
              .map((gradient, i) =>
                parseGradient('actor', gradient, actor, `part ${i} of the actor's gradient`),
              ),
            critic: results
              .slice(count)
              .map((gradient, i) =>
                parseGradient('critic', gradient, critic, `part ${i} of the critic's gradient`),
              ),
          };
        },
        // The server lets go of it later by itself.
        end: () => void cluster.forget(seen).catch(() => {}),
      };
    },
  };
}
