import { Command } from 'commander';
import { expect, it } from 'vitest';
import { z } from 'zod';

import { withOptions } from './command-line.ts';
import { fileArgument } from './file-argument.ts';

async function parsed(...line: readonly string[]): Promise<unknown> {
  let found: unknown;
  const command = withOptions(new Command('import'), z.strictObject({ weights: z.string() }), {
    check: (options) => ({ options }),
    run: async ({ options }) => void (found = options),
  });
  await fileArgument(command, 'weights').parseAsync(line, { from: 'user' });
  return found;
}

it('takes the option by its place or by its name', async () => {
  expect(await parsed('a.pt')).toEqual({ weights: 'a.pt' });
  expect(await parsed('--weights', 'a.pt')).toEqual({ weights: 'a.pt' });
});

it('refuses none and two', async () => {
  await expect(parsed()).rejects.toThrow('--weights is missing');
  await expect(parsed('a.pt', 'b.pt')).rejects.toThrow('found the files a.pt b.pt, wanted one');
});
