import fc from 'fast-check';
import { HTTPException } from 'hono/http-exception';
import { expect, it } from 'vitest';

import { bytesOf, idOf, jsonIn, questionIn, questionOf } from './question.ts';

const sizes = { condSteps: 2, obsDim: 3, maxBatch: 4 };
const row = [0, 0.1, -2, 3, 4, 5];

const asked = (text: string): unknown => questionOf(jsonIn(text, sizes), sizes);

it('takes an observation flat or a list for each of its steps, alone or in a list', () => {
  const obs = Float32Array.from(row);
  const nested = [row.slice(0, 3), row.slice(3)];
  for (const observation of [row, nested])
    expect(asked(JSON.stringify({ observation, seed: 7 }))).toEqual({
      asked: [{ obs, seed: 7 }],
      several: false,
    });
  expect(asked(JSON.stringify({ observations: [row, nested] }))).toEqual({
    asked: [{ obs }, { obs }],
    several: true,
  });
  expect(questionIn(bytesOf([obs, obs]), sizes)).toEqual({ asked: [{ obs }, { obs }], several: true });
});

it('writes float32 as IEEE 754 has it, the least significant byte first, after what stands before', () => {
  // 1 is 0x3f800000, −2 is 0xc0000000.
  expect(bytesOf([Float32Array.of(1), Float32Array.of(-2)], Uint8Array.of(9))).toEqual(
    Uint8Array.of(9, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0),
  );
});

it.each([
  ['{', 'the question is not JSON: Expected property name'],
  ['{"observation":[NaN]}', 'the question is not JSON: Unexpected token'],
  ['[[[[[[[[[1]]]]]]]]]', 'the question is JSON nested deeper than 8'],
  [`[${'0,'.repeat(200)}0]`, 'the question is JSON of more than 180 values'],
  ['[1]', 'found a list of 1, wanted a JSON object'],
  ['{}', 'wanted one of observation and observations'],
  ['{"observation":[],"observations":[]}', 'wanted one of observation and observations'],
  ['{"obs":[1]}', 'found obs, wanted observation or observations, seed and id alone'],
  ['{"observation":5}', 'observation: found 5, wanted 2 lists of 3 numbers'],
  ['{"observation":[1,2,3]}', 'observation: found a list of 3, wanted 2 lists of 3 numbers'],
  ['{"observation":[[1,2],[3,4,5,6]]}', 'observation: found a list of 2, a list of 4, wanted 2 lists'],
  ['{"observation":[[1,2,3],[4,5,6],[7,8,9]]}', 'observation: found 3 lists, wanted 2 lists of 3 numbers'],
  ['{"observation":[[1,2,3],4]}', 'observation: found a list of 3, 4, wanted 2 lists of 3 numbers'],
  ['{"observation":[0,1,2,null,4,5]}', 'observation: found null at place 3, wanted a number'],
  ['{"observation":[0,1,2,3,4,"5"]}', 'observation: found string at place 5, wanted a number'],
  ['{"observation":[0,1,2,3,4,1e39]}', 'observation: found Infinity at place 5, wanted finite numbers'],
  ['{"observations":[[1]]}', 'observations[0]: found a list of 1, wanted 2 lists of 3 numbers'],
  ['{"observations":[]}', 'observations: found a list of 0, wanted a list of 1 … 4'],
  ['{"observations":[1,2,3,4,5]}', 'observations: found a list of 5, wanted a list of 1 … 4'],
  ['{"observation":[1],"seed":-1}', 'seed: found -1, wanted at least 0'],
  ['{"observation":[1],"seed":0.5}', 'seed: found 0.5, wanted a whole number'],
  ['{"observation":[1],"id":{}}', 'id: found object, wanted a whole number, or text of at most 200'],
])('says what is wrong with %s', (text, sentence) => {
  expect(() => asked(text)).toThrow(sentence);
});

it.each([
  [0, 'found 0 bytes, wanted 1 … 4 times 24: 6 numbers in float32'],
  [25, 'found 25 bytes'],
  [5 * 24, 'found 120 bytes'],
])('refuses %d bytes', (count, sentence) => {
  expect(() => questionIn(new Uint8Array(count), sizes)).toThrow(sentence);
});

it('names the observation among several that is not finite', () => {
  const [good, bad] = [Float32Array.from(row), Float32Array.from([0, 1, NaN, 3, 4, 5])];
  expect(() => questionIn(bytesOf([good, bad]), sizes)).toThrow(
    'observation 1: found NaN at place 2, wanted finite numbers of float32',
  );
});

it('knows the name of a question whatever else is wrong with it', () => {
  expect([{ id: 'a', observation: 1 }, { id: 3 }, { id: {} }, [], 'x', null].map(idOf)).toEqual([
    'a',
    3,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

/** Whether a question is taken, or refused by the status that says that it is wrong. */
function isTaken(question: () => unknown): boolean {
  try {
    question();
    return true;
  } catch (error) {
    return error instanceof HTTPException && error.status === 400;
  }
}

it('refuses any JSON and any bytes by a status, or takes them', () => {
  const fields = fc.record(
    { observation: fc.jsonValue(), observations: fc.jsonValue(), seed: fc.jsonValue(), id: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const values = fc.oneof(fc.jsonValue(), fields);
  const bytes = fc.uint8Array({ maxLength: 100 });
  fc.assert(fc.property(values, (value) => isTaken(() => questionOf(value, sizes))));
  fc.assert(fc.property(fc.string(), (text) => isTaken(() => asked(text))));
  fc.assert(fc.property(bytes, (some) => isTaken(() => questionIn(some, sizes))));
});
