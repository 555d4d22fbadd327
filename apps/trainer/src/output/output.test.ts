import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

import { expect, it } from 'vitest';

import { jsonLines, type Output, quiet, spoken } from './output.ts';

const progress = { done: 3, total: 10, unit: 'iterations', text: 'sampling '.repeat(20) };

/** What an output writes of two sentences, numbers and progress to a stream. */
function writes(make: (stream: NodeJS.WriteStream) => Output, terminal = false): string {
  const extras = terminal ? { isTTY: true, columns: 60 } : {};
  const stream = Object.assign(new PassThrough(), extras) as PassThrough & NodeJS.WriteStream;
  const { say, live, finish, stop } = make(stream);
  say('one');
  live.progress(progress);
  live.row({ 'eval/mean_reward': 7, 'rollout/ep_rew_mean': NaN });
  live.progress({ ...progress, done: 4, atMost: 1000 });
  say('two');
  finish();
  stop();
  return String(stream.read());
}

it('says sentences in plain lines where there is no terminal', () => {
  expect(writes(spoken)).toBe('one\ntwo\n');
});

it('says the last sentence alone when it is to be quiet', () => {
  expect(writes(quiet)).toBe('two\n');
});

it('says nothing more when it is to be quiet and the command failed', () => {
  const stream = new PassThrough();
  const { say, stop } = quiet(stream);
  say('one');
  stop();
  expect(stream.read()).toBeNull();
});

it('writes an object a line for scripts, null for what is no number', () => {
  const lines = writes(jsonLines).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { message: 'one' },
    { 'eval/mean_reward': 7, 'rollout/ep_rew_mean': null },
    { message: 'two' },
  ]);
});

it('shows a bar below the sentences on a terminal, no wider than it is, and takes it away', () => {
  const text = writes(spoken, true);
  expect(text).toContain('one\n');
  expect(text).toContain('two\n');
  expect(text).toMatch(/ 4 of 10 iterations, \d+ s left \| sampling/);
  // Nothing but codes of the terminal, the last of which clears what is below, follows the bar.
  expect(text.endsWith('\u001B[0J')).toBe(true);
  const lines = stripVTControlCharacters(text).split('\n');
  expect(lines.map((line) => line.length)).toEqual([3, 3, 60]);
});

it('shows another unit where progress comes to be counted in it', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 }) as PassThrough &
    NodeJS.WriteStream;
  const { live, finish } = spoken(stream);
  live.progress(progress);
  live.progress({ ...progress, done: 2.5, total: 8, unit: 'minutes', text: 'iteration 4' });
  finish();
  expect(stripVTControlCharacters(String(stream.read()))).toContain(' 2.5 of 8 minutes | iteration 4');
});

it.each([
  ['plainly', spoken, false],
  ['on a terminal', spoken, true],
  ['as the last sentence', quiet, false],
  ['as JSON', jsonLines, false],
])('says %s what a stranger wrote without its control characters', (_, make, isTTY) => {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 }) as PassThrough & NodeJS.WriteStream;
  const { say, live, finish } = make(stream);
  live.row({ policy: '\u001B[31m\u009B' });
  say('policy \u001B[31m\u009B');
  finish();
  const text = String(stream.read());
  expect(text).toContain(String.raw`policy \u001b[31m\u009b`);
  for (const raw of ['\u001B', '\u009B']) expect(text).not.toContain(raw);
});
