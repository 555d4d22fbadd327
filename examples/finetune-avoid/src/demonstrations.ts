import type { Chunks } from '@dppo/agent';
import { avoid, demonstratedWays, demonstrator } from '@dppo/avoid';
import { chunkDataset, fitNormalization } from '@dppo/data';
import { recordEpisodes, scaled, timeLimit, type Bounds, type RecordedEpisode } from '@dppo/env';

/** Chunks of demonstrations in [−1, 1], and the ranges they were scaled by. */
export interface Demonstrated {
  readonly chunks: Chunks;
  readonly bounds: Bounds;
}

/** Episodes of the scripted demonstrator on the ways of M1 in turn: to the leftmost gap of the last row, or to the one beside it. */
export function demonstrations(count: number, horizonSteps: number): Demonstrated {
  const episodes: RecordedEpisode[] = [];
  const env = recordEpisodes(timeLimit(avoid(), 100), (episode) => episodes.push(episode));
  for (let i = 0; i < count; i++) {
    const policy = demonstrator(demonstratedWays.m1[i % 2], i);
    let step = { obs: env.reset(), truncated: false };
    while (!step.truncated) step = env.step(policy(step.obs));
  }
  // An action was chosen on the observation before it: the last observation has none.
  const observations = episodes.flatMap((episode) => episode.observations.slice(0, -1));
  const raw = {
    obsDim: 4,
    actionDim: 2,
    states: Float32Array.from(observations.flatMap((obs) => Array.from(obs))),
    actions: Float32Array.from(
      episodes.flatMap(({ actions }) => actions).flatMap((action) => Array.from(action)),
    ),
  };
  const bounds = fitNormalization(raw);
  const data = {
    ...raw,
    states: scaled(raw.states, bounds.obsMin, bounds.obsMax),
    actions: scaled(raw.actions, bounds.actionMin, bounds.actionMax),
    trajLengths: episodes.map(({ length }) => length),
  };
  return { chunks: chunkDataset(data, { condSteps: 1, horizonSteps }), bounds };
}
