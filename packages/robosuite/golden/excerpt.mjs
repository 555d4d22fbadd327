// Parts of complete recordings, in their format: node excerpt.mjs FOLDER writes them beside this file, each below 100 kB.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Of each task: kind and seed of an episode, and which of its steps; those from 0 begin with a reset. */
const parts = {
  lift: [
    ['uniform', 0, 0, 6],
    ['translate', 2, 0, 6],
    ['beyond', 3, 0, 6],
    ['scripted', 0, 30, 62],
  ],
  can: [
    ['uniform', 0, 0, 6],
    ['scripted', 4, 79, 129],
  ],
  square: [
    ['small', 1, 0, 6],
    ['scripted', 2, 71, 121],
  ],
  transport: [['uniform', 0, 0, 6]],
};

const [, , folder] = process.argv;
for (const [task, wanted] of Object.entries(parts)) {
  const file = `${task}.json.gz`;
  const { meta, episodes } = JSON.parse(gunzipSync(readFileSync(`${folder}/${file}`)).toString());
  const kept = wanted.map(([kind, seed, from, to]) => {
    const episode = episodes.find((each) => each.kind === kind && each.seed === seed);
    const { states, obs, actions, reward, success } = episode;
    return {
      ...episode,
      states: states.slice(from, to + 1),
      obs: obs.slice(from, to + 1),
      actions: actions.slice(from, to),
      reward: reward.slice(from, to),
      success: success.slice(from, to),
    };
  });
  const text = JSON.stringify({ meta, episodes: kept });
  writeFileSync(new URL(file, import.meta.url), gzipSync(text, { level: 9 }));
}
