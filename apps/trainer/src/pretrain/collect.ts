import {
  begin,
  collect as collectRollout,
  compiled,
  explore,
  type Rollout,
  seeded,
  type Table,
} from '@dppo/agent';
import { compile } from '@dppo/engine';
import { unscaled } from '@dppo/env';
import { policyOf, type PolicySpec, readPolicy } from '@dppo/policy';

import { startBackend } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import { average } from '../runs/evaluation.ts';
import { createRunFolder } from '../runs/open-folder.ts';
import { cutAt, environmentFor } from '../tasks/environment.ts';
import type { CollectOptions } from './collect-options.ts';
import { type Demonstration, saveDemonstrations } from './demonstrations.ts';

/** A demonstration that grows. */
interface Episode extends Demonstration {
  readonly obs: number[];
  readonly actions: number[];
  readonly rewards: number[];
  terminal: boolean;
  done: boolean;
}

/** `dppo collect`: records whole episodes of a policy that explores, in the reference's format. */
export async function collect(
  options: CollectOptions,
  say: (line: string) => void,
  { progress }: Pick<Live, 'progress'> = noLive,
): Promise<void> {
  say(await startBackend(options.backend));
  const file = await readPolicy(options.policy);
  const folder = await createRunFolder(options.outDir, 'collect', { say });
  const spec = cutAt(file.spec, options.maxEpisodeSteps);
  const policy = compiled(policyOf(file), compile);
  const env = await environmentFor(spec, { count: options.nEnvs, workers: options.workers });
  const tracks: Episode[][] = Array.from({ length: options.nEnvs }, () => []);
  let episodes: Episode[] = [];
  try {
    let standing = await begin(env, options.seed);
    for (let part = 0; lengthOf(episodes) < options.envSteps; part++) {
      const random = seeded(options.seed, part);
      const act = (obs: Table) => explore(policy, file.params, obs, random);
      const next = await collectRollout(act, env, standing, { steps: 250 });
      standing = next.standing;
      record(tracks, next.rollout, spec);
      episodes = wholeEpisodes(tracks, options.envSteps);
      const text = `${episodes.length} episodes`;
      progress({ done: lengthOf(episodes), total: options.envSteps, unit: 'env steps', text });
      say(`${lengthOf(episodes)} of ${options.envSteps} steps, ${episodes.length} episodes`);
    }
  } finally {
    await env.close();
  }
  await saveDemonstrations(folder, episodes, spec.network);
  folder.close();
  const returns = episodes.map(({ rewards }) => rewards.reduce((sum, reward) => sum + reward, 0));
  const mean = average(returns);
  const std = Math.sqrt(average(returns.map((value) => (value - mean) ** 2)));
  say(
    `wrote ${folder.dir}: ${episodes.length} episodes, ${lengthOf(episodes)} steps, return ${mean.toFixed(0)} ± ${std.toFixed(0)}`,
  );
}

/** Adds a rollout to the episodes of each environment. */
function record(tracks: Episode[][], rollout: Rollout, { bounds, network }: PolicySpec): void {
  const { obsDim, actionDim } = network;
  const { obsMin, obsMax, actionMin, actionMax } = bounds;
  const { count, table } = rollout;
  const names = ['reward', 'terminated', 'truncated'];
  const [rewards, terminated, truncated] = names.map((name) => table[name].data);
  const obs = unscaled(Float32Array.from(table['obs.state'].data), obsMin, obsMax);
  // The robot's motors take no more than their range.
  const within = Float32Array.from(table['action'].data, (action) => Math.min(Math.max(action, -1), 1));
  const actions = unscaled(within, actionMin, actionMax);
  for (let row = 0; row < rewards.length; row++) {
    const track = tracks[row % count];
    if (track.length === 0 || track[track.length - 1].done) {
      track.push({ obs: [], actions: [], rewards: [], terminal: false, done: false });
    }
    const episode = track[track.length - 1];
    episode.obs.push(...obs.subarray(row * obsDim, (row + 1) * obsDim));
    episode.actions.push(...actions.subarray(row * actionDim, (row + 1) * actionDim));
    episode.rewards.push(rewards[row]);
    episode.terminal = terminated[row] === 1;
    episode.done = episode.terminal || truncated[row] === 1;
  }
}

/** The first, second … finished episodes of all environments, until they are long enough; no favour for short ones. */
function wholeEpisodes(tracks: readonly Episode[][], steps: number): Episode[] {
  const rounds = Math.min(...tracks.map((track) => track.filter((episode) => episode.done).length));
  const chosen: Episode[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const track of tracks) {
      if (lengthOf(chosen) >= steps) return chosen;
      chosen.push(track[round]);
    }
  }
  return chosen;
}

function lengthOf(episodes: readonly Episode[]): number {
  return episodes.reduce((sum, { rewards }) => sum + rewards.length, 0);
}
