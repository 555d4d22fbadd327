import { expect, it } from 'vitest';
import { z } from 'zod';

import { allOptions } from '../../test/all-options.ts';
import { expectation } from './explain.ts';

it('finds the options of all commands that have some', () => {
  expect(Object.keys(allOptions).length).toBeGreaterThan(10);
});

it.each(Object.entries(allOptions))('says in words what each of %s should have been', (_, { shape }) => {
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
