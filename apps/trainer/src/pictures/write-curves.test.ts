import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { plotRuns } from './plot-runs.ts';

/** The words in the picture of a run with these rows of metrics. */
async function drawn(...rows: object[]): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'curves-'));
  writeFileSync(join(dir, 'metrics.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const out = join(dir, 'curve.svg');
  await plotRuns([dir], out, () => {});
  return readFileSync(out, 'utf8').replaceAll(/<[^>]*>/g, ' ');
}

it('draws evaluations, of runs without them the return while exploring, and of a pre-training its loss', async () => {
  const explored = { iteration: 2, 'time/env_steps': 20, 'rollout/ep_rew_mean': 5 };
  const evaluated = { iteration: 2, 'time/env_steps': 20, 'eval/mean_reward': 7 };
  const words = [
    await drawn(explored, evaluated),
    await drawn(explored, { ...explored, iteration: 3 }),
    await drawn({ iteration: 1, 'train/loss': 0.5 }, { iteration: 2, 'train/loss': 0.25 }),
  ];
  expect(words[0]).toContain('Deterministic return');
  expect(words[1]).toContain('Return while exploring');
  expect(words[2]).toMatch(/epoch .*loss .*Loss while pre-training/);
});
