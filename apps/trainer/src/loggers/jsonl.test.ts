import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { jsonl } from './jsonl.ts';

const rows = [
  { iteration: 0, step: 0, time: 5, values: { loss: 0.5, 'time/env_steps': 0 } },
  { iteration: 1, step: 80, time: 6, values: { loss: NaN, 'time/env_steps': 80 } },
];

it('writes an object a row, without what only curves need, null for what is not finite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'jsonl-'));
  const run = { dir, name: 'run', config: {}, say: () => {} };
  const logger = await jsonl({ ...run, from: undefined });
  await logger.scalars?.(rows);
  const text = () => readFileSync(join(dir, 'metrics.jsonl'), 'utf8');
  const [first, second] = [
    '{"iteration":0,"loss":0.5,"time/env_steps":0}\n',
    '{"iteration":1,"loss":null,"time/env_steps":80}\n',
  ];
  expect(text()).toBe(first + second);
  await jsonl({ ...run, from: { iteration: 0, step: 0 } });
  expect(text()).toBe(first);
});
