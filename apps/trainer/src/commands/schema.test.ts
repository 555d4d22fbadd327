import { readdirSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { configSchema, configurable } from './schema.ts';

const folder = new URL('../../schemas/', import.meta.url);

it.each([...configurable])('is what the schema of %s in the package says', (command) => {
  // Where it is not: pnpm dppo schema NAME > apps/trainer/schemas/NAME.json && pnpm format
  expect(JSON.parse(readFileSync(new URL(`${command}.json`, folder), 'utf8'))).toEqual(configSchema(command));
});

it('is in the package for these commands and no others', () => {
  expect(readdirSync(folder).toSorted()).toEqual(configurable.map((command) => `${command}.json`));
});

it('refuses a command that has no file of options', () => {
  expect(() => configSchema('plot')).toThrow(
    'schema: found plot, wanted one of collect, distil, evaluate, expert, finetune, pretrain, sweep',
  );
});
