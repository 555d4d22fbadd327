import { readdirSync } from 'node:fs';

import { expect, it } from 'vitest';
import { z } from 'zod';

import { expectation } from './explain.ts';

/** The schemas of all commands, by the names that they are exported under. */
const schemas: Record<string, z.ZodObject> = {};
const rooms = new URL('..', import.meta.url);
for (const file of readdirSync(rooms, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('-options.ts')) continue;
  const exported: Record<string, unknown> = await import(new URL(file, rooms).href);
  for (const [key, value] of Object.entries(exported)) if (value instanceof z.ZodObject) schemas[key] = value;
}

it('finds the options of all commands that have some', () => {
  expect(Object.keys(schemas)).toHaveLength(12);
});

it.each(Object.entries(schemas))('says in words what each of %s should have been', (_, { shape }) => {
  const fields: Readonly<Record<string, z.ZodType>> = shape;
  const wrong = ['', 'zzz', -1, 0.5, 1e9, true, null, [], [0], ['a'], { a: 1 }];
  const issues = Object.values(fields).flatMap((field) =>
    wrong.flatMap((value) => field.safeParse(value).error?.issues ?? []),
  );
  expect(issues.length).toBeGreaterThan(0);
  for (const issue of issues) expect(expectation(issue)).not.toMatch(/invalid|too |received|pattern|^$/i);
});

it.each([
  [z.literal('a'), 'b', 'a'],
  [z.number().lt(3), 3, 'less than 3'],
  [z.number().max(3), 4, 'at most 3'],
  [z.string().min(1), '', 'text that is not empty'],
  [z.array(z.number()).min(2), [1], 'a list of at least 2'],
  [z.union([z.boolean(), z.literal('auto')]), 3, 'true or false, or auto'],
])('says what was expected: %#', (schema, value, words) => {
  expect(expectation(schema.safeParse(value).error!.issues[0])).toBe(words);
});
