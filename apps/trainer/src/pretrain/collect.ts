import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { begin, collect as collectRollout, compiled, explore, seeded, type Table } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { childSeed } from '@dppo/env';
import { flatten } from '@dppo/optim';
import { type PolicyFile, policyOf, readPolicy, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { startThreads } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { acting } from '../policy/acting-spec.ts';
import { average } from '../runs/average.ts';
import { machineOf } from '../runs/machine.ts';
import { fileIn, writeConfig } from '../runs/run-folder.ts';
import { untilStopped } from '../runs/stoppable.ts';
import { written } from '../runs/written.ts';
import { cutAt, environmentFor } from '../tasks/environment.ts';
import { nameOf } from '../tasks/task-place.ts';
import type { CollectOptions } from './collect-options.ts';
import { demonstrationsOf } from './demonstrations.ts';
import { wholeEpisodes } from './episodes.ts';
import { oneByOne } from './one-by-one.ts';
import { openRecording, record, recordingConfig } from './recording.ts';

/** Steps between two looks at which episodes are whole. */
const STRETCH = 50;

/** `dppo collect`: records whole episodes of a policy that explores, in the reference's format. */
export async function collect(
  given: CollectOptions,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  const options = await startThreads(given, say);
  const { nEnvs: count, workers, seed, envSteps: total } = options;
  const file = await readPolicy(options.policy);
  const actor = acting(file, options);
  const { actSteps } = actor.spec.task;
  const cut = cutAt(actor.spec, options.maxEpisodeSteps);
  // Each step is recorded, also within a chunk.
  const spec = { ...cut, task: { ...cut.task, actSteps: 1 } };
  const policy = compiled(policyOf(actor), compile);
  const folder = await openRecording('collect', options, machineOf(tf.getBackend()), say, (dir) =>
    checkPolicy(dir, options.policy, file),
  );
  if (folder === undefined) return;
  await untilStopped({ command: 'collect', folder }, say, async (signal) => {
    const kept = fileIn(folder, keptPolicy);
    if (!existsSync(kept)) await written(kept, writePolicy(kept, file));
    await writeConfig(folder, { ...recordingConfig(options), policy: keptPolicy });
    const env = await environmentFor(spec, { count, workers, envTimeout: options.envTimeout });
    try {
      const part = async (index: number, before: readonly number[]) => {
        const done = before.reduce((sum, length) => sum + length, 0);
        if (index > 0) say(`${Math.min(done, total)} of ${total} steps`);
        if (done >= total) return undefined;
        const steps = Math.min(spec.task.maxEpisodeSteps, Math.ceil(total / count));
        const episodes = wholeEpisodes(spec, { count, steps });
        const random = seeded(seed, 'collect', index);
        const explored = (obs: Table) => explore(policy, file.params, obs, random);
        const one = oneByOne(env, explored, actSteps);
        const starts = Array.from({ length: count }, (_, n) => childSeed(seed, 'collect start', index, n));
        let standing = await begin(one.env, starts);
        while (!episodes.complete()) {
          const next = await collectRollout(one.act, one.env, standing, { steps: STRETCH, signal });
          standing = next.standing;
          episodes.add(next.rollout);
          const text = `part ${index + 1}`;
          progress({ done: Math.min(done + episodes.played(), total), total, unit: 'env steps', text });
        }
        return demonstrationsOf(episodes.inTurn(), spec.network);
      };
      const recording = {
        part,
        episodes: (lengths: readonly number[]) => episodesFor(total, lengths),
        environment: nameOf(spec.task),
      };
      const { lengths, returns } = await record(folder, recording, options);
      const mean = average(returns);
      const std = Math.sqrt(average(returns.map((value) => (value - mean) ** 2)));
      const what = `${returns.length} episodes, ${lengths.reduce((sum, length) => sum + length, 0)} steps, return ${mean.toFixed(0)} ± ${std.toFixed(0)}`;
      say(`wrote ${folder.dir}: ${what}`);
      return what;
    } finally {
      await env.close();
    }
  });
}

/** The policy that is recorded, in the folder of the recording. */
const keptPolicy = 'policy.safetensors';

/** @throws Error where the policy of a file is another than the recording in a folder began with */
async function checkPolicy(dir: string, path: string, given: PolicyFile): Promise<void> {
  const kept = fileIn({ dir }, keptPolicy);
  if (!existsSync(kept) || resolve(path) === resolve(kept)) return;
  const began = await readPolicy(kept);
  const isSame = isDeepStrictEqual(numbersIn(given), numbersIn(began));
  tf.dispose([began.params, { ...began.frozen }]);
  if (isSame) return;
  throw new Error(
    `--policy ${path}: another than the recording in ${dir} began with; another recording needs another folder`,
  );
}

function numbersIn({ params, frozen = {} }: PolicyFile) {
  return Object.entries(flatten({ params, frozen }).tensors).map(([name, tensor]) => [
    name,
    tensor.dataSync(),
  ]);
}

/** How many episodes it takes to come to so many steps. */
function episodesFor(steps: number, lengths: readonly number[]): number {
  let left = steps;
  return lengths.findIndex((length) => (left -= length) <= 0) + 1;
}
