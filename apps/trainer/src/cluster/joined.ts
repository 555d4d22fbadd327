import { type Cluster, type Digest, natsCluster } from '@dppo/cluster';

import { type Description, formatDescription } from './description.ts';
import type { Learning } from './cluster-options.ts';
import { difference, type Probe, probe } from './probe.ts';
import { runHere } from './run-here.ts';
import { serverOf } from './server-of.ts';

/** ms between two words about workers that are missing */
const AGAIN = 30_000;

/** The learner of a run on a cluster. */
export interface Joined {
  readonly cluster: Cluster;
  /** What this machine computes of the run. */
  readonly probe: Probe;
  /** The name of the run's description among the shared bytes. */
  readonly description: Digest;
  /** Of workers that were let in with other numbers. */
  readonly others: readonly string[];
  /** Waits for what workers compute, and says so while there are none. */
  readonly waiting: <Result>(work: Promise<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/**
 * Connects a learner to its workers, which have to compute the numbers that this machine computes.
 *
 * @throws Error in one sentence where the server cannot be used, or the run has a learner
 */
export async function joined(
  url: string,
  options: Learning,
  description: Description,
  say: (line: string) => void,
): Promise<Joined> {
  const server = serverOf(url, options);
  const run = runHere(description, description.spec, 1);
  const own = await probe(run).finally(() => run.close());
  const bytes = formatDescription(description);
  const others: string[] = [];
  const cluster = await natsCluster(url, {
    ...server,
    verify: options.verify,
    admission: {
      task: { kind: 'probe', shared: [], data: bytes },
      check: (result, worker) => {
        const reason = difference(result, own.probed);
        if (reason === undefined) return undefined;
        if (!options.otherNumbers) {
          say(`worker ${worker} is refused: ${reason}`);
          return `${reason}; the learner's --other-numbers would let it in`;
        }
        others.push(`worker ${worker}: ${reason}`);
        say(`worker ${worker} is let in with ${reason}`);
        return undefined;
      },
    },
  });
  const described = await cluster.share(bytes).catch(async (error: unknown) => {
    await cluster.close();
    throw error;
  });
  const hint = `waiting for workers: dppo worker --cluster ${url} --run-name ${options.runName}`;
  const tell = (): void => {
    if (cluster.workers().length === 0) say(hint);
  };
  return {
    cluster,
    probe: own,
    description: described,
    others,
    waiting: async (work) => {
      tell();
      const telling = setInterval(tell, AGAIN);
      return work.finally(() => clearInterval(telling));
    },
    close: () => cluster.close(),
  };
}
