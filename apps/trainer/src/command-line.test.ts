import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';
import { z } from 'zod';

import { commandOf } from './command-line.ts';

const schema = z.strictObject({
  policy: z.string().describe('a file'),
  batchSize: z.number().int().min(1).default(8).describe('rows'),
  hidden: z.array(z.number()).default([4]).describe('sizes'),
  targetKl: z.number().optional().describe('a bound'),
});

/** What the command is given for a line. */
async function parsed(...words: string[]): Promise<unknown> {
  let result: unknown;
  const command = commandOf('try', 'tries', schema, (options) => Promise.resolve(void (result = options)));
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(words, { from: 'user' });
  return result;
}

it('reads numbers, lists and text, and fills in the defaults', async () => {
  expect(await parsed('--policy', '7', '--batch-size', '9')).toEqual({
    policy: '7',
    batchSize: 9,
    hidden: [4],
  });
  expect(await parsed('--policy', 'a', '--hidden', '[1, 2]')).toMatchObject({ hidden: [1, 2] });
});

it('takes the command line before the file, and the file before the defaults', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'policy: p\nbatchSize: 3\ntargetKl: 0.5\n');
  expect(await parsed('--config', config, '--batch-size', '2')).toEqual({
    policy: 'p',
    batchSize: 2,
    hidden: [4],
    targetKl: 0.5,
  });
});

it('names the option, what it found and what it expected', async () => {
  await expect(parsed()).rejects.toThrow('--policy is missing');
  await expect(parsed('--policy', 'a', '--batch-size', 'many')).rejects.toThrow(
    '--batch-size: found "many"; Invalid input: expected number, received string',
  );
  await expect(parsed('--policy', 'a', '--batch-size', '0')).rejects.toThrow(
    '--batch-size: found 0; Too small',
  );
  await expect(parsed('--policy', 'a', '--batch', '1')).rejects.toThrow("unknown option '--batch'");
  await expect(parsed('--config', 'none.yaml')).rejects.toThrow('--config none.yaml: no such file');
});

it('refuses an unknown option in a file', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'dppo-')), 'config.yaml');
  await writeFile(config, 'policy: p\nbatch: 3\n');
  await expect(parsed('--config', config)).rejects.toThrow('unknown option batch');
});
