import type { Collector, Metrics, PpoState } from '@dppo/agent';
import type { VecEnv } from '@dppo/env';

import { clusterCollector } from '../cluster/cluster-collector.ts';
import type { Joined } from '../cluster/joined.ts';
import { environmentFor } from '../tasks/environment.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import type { FinetuneRun } from './finetune-run.ts';
import { stopwatch, stopwatchOf } from './stopwatch.ts';

/** Who plays the chunks of a training, here or elsewhere, and how long it takes. */
export interface Player {
  readonly env: VecEnv | Collector<PpoState>;
  /** How many shards `train` makes of its environments; those of a collector are its own. */
  readonly shards?: number;
  /** Whether the environments can be saved. */
  readonly isSavable: boolean;
  /** Begins an iteration. */
  start(): void;
  /** Where the time since the start went. */
  phases(): Metrics;
  close(): Promise<void>;
}

/** Environments of this process; `stepped` is told how many steps of an iteration they have taken. */
export async function playerHere(
  { spec }: Pick<FinetuneRun, 'spec'>,
  { nEnvs: count, workers, envTimeout, shards }: FinetuneOptions,
  stepped: (steps: number) => void,
): Promise<Player> {
  const watch = stopwatch(await environmentFor(spec, { count, workers, envTimeout }), stepped);
  const { env } = watch;
  return {
    env,
    shards,
    isSavable: env.save !== undefined,
    start: () => watch.start(),
    phases: () => watch.phases(),
    close: () => env.close(),
  };
}

/** Those of the workers of a cluster, which stays open. */
export function playerOn(
  { frozen, folder }: Pick<FinetuneRun, 'frozen' | 'folder'>,
  options: FinetuneOptions,
  { joined, stepped }: { readonly joined: Joined; readonly stepped: (steps: number) => void },
): Player {
  const { steps } = options;
  const goingOn = `to go on from the last checkpoint: dppo finetune --resume ${folder.dir} --cluster URL`;
  const playing = clusterCollector(joined, frozen, options);
  const { collector: env, ...watch } = stopwatchOf<PpoState>(
    {
      count: playing.count,
      collect: (state, at) =>
        playing.collect(state, at).catch((error: unknown) => {
          if (at.signal?.aborted === true) throw error;
          const why = error instanceof Error ? error.message : String(error);
          throw new Error(`${why}; ${goingOn}`, { cause: error });
        }),
    },
    () => stepped(steps),
  );
  return { env, isSavable: joined.probe.isSavable, ...watch, close: async () => {} };
}
