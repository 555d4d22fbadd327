import { expect, it } from 'vitest';

import { parseJson } from './parse-json.ts';

const budget = { values: 10, depth: 3 };

it('counts the values of lists and objects and nothing in texts', () => {
  const text = String.raw`{"a": [1, {"b": "[{,:,:,:,:\"]}"}], "c": null}`;
  expect(parseJson(text, budget, 'it')).toEqual({ a: [1, { b: '[{,:,:,:,:"]}' }], c: null });
});

it.each([
  ['[0,0,0,0,0,0,0,0,0,0]', 'it is JSON of more than 10 values'],
  ['{"a":{},"b":{},"c":{},"d":0}', 'it is JSON of more than 10 values'],
  ['[[[[]]]]', 'it is JSON nested deeper than 3'],
  ['[', 'it is not JSON'],
])('refuses %s before it is parsed', (text, problem) => {
  expect(() => parseJson(text, budget, 'it')).toThrow(problem);
});
