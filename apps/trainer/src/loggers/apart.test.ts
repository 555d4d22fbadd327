import { setTimeout } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { apart, RefusedError } from './apart.ts';
import type { Logger, Scalars } from './logger.ts';

const row = (step: number): Scalars => ({ iteration: step, step, time: 0, values: { loss: 1 } });
const rows = (count: number): Scalars[] => Array.from({ length: count }, (_, i) => row(i));
const ending = { state: 'finished', why: 'as asked' } as const;

/** Bytes that a row of one number counts as. */
const each = 128;

/** A logger that keeps what it is told, and fails while `mood.fails`. */
function listener() {
  const mood = { fails: undefined as Error | undefined };
  const heard: string[] = [];
  const calls: number[] = [];
  const hear = (...what: string[]): void => {
    if (mood.fails) throw mood.fails;
    heard.push(...what);
  };
  const logger: Logger = {
    name: 'test',
    scalars: (some) => {
      calls.push(some.length);
      hear(...some.map(({ step }) => `row ${step}`));
    },
    text: (name) => hear(`text ${name}`),
    image: (name) => hear(`image ${name}`),
    file: (path) => hear(`file ${path}`),
    close: ({ state }) => hear(`close ${state}`),
  };
  return { mood, heard, calls, logger };
}

it('tells everything in order, rows that wait together', async () => {
  const { heard, calls, logger } = listener();
  const said: string[] = [];
  const own = apart(logger, (line) => said.push(line));
  await own.scalars(rows(3));
  await own.text('config', '', 0);
  await own.scalars([row(3)]);
  await own.image('film', { type: 'image/png', bytes: new Uint8Array(3), width: 1, height: 1 }, 0);
  await own.file('report.html');
  await own.close(ending);
  expect(heard).toEqual([
    'row 0',
    'row 1',
    'row 2',
    'text config',
    'row 3',
    'image film',
    'file report.html',
    'close finished',
  ]);
  expect(calls).toEqual([1, 2, 1]);
  expect(said).toEqual([]);
});

it('leaves out what a logger has no function for', async () => {
  const heard: string[] = [];
  const own = apart({ name: 'few', close: () => void heard.push('close') }, () => {});
  await own.scalars(rows(2));
  await own.text('config', '', 0);
  await own.close(ending);
  expect(heard).toEqual(['close']);
});

it('tells what failed again until it is taken, and says so once each', async () => {
  const { mood, heard, logger } = listener();
  const said: string[] = [];
  const own = apart(logger, (line) => said.push(line), { pause: 1 });
  mood.fails = new Error('away');
  await own.scalars(rows(5));
  await setTimeout(50);
  expect(heard).toEqual([]);
  mood.fails = undefined;
  await own.close(ending);
  expect(heard).toEqual(['row 0', 'row 1', 'row 2', 'row 3', 'row 4', 'close finished']);
  expect(said).toEqual([
    'logger test: away; the run goes on, and it is told again later',
    'logger test: takes what it is told again',
  ]);
});

it('drops the oldest of more than may wait, and counts them', async () => {
  const { mood, heard, logger } = listener();
  const said: string[] = [];
  const own = apart(logger, (line) => said.push(line), { pause: 1, most: 4 * each });
  mood.fails = new Error('away');
  await own.scalars(rows(20));
  mood.fails = undefined;
  await own.close(ending);
  // The first was in hand; of the others four had room, of which the call that closes took one.
  expect(heard).toEqual(['row 0', 'row 17', 'row 18', 'row 19', 'close finished']);
  expect(said).toContain('logger test: takes what it is told again, 16 entries are missing');
  expect(said.filter((line) => line.includes('the oldest are dropped'))).toHaveLength(1);
});

it('does not tell again what is refused', async () => {
  const { mood, heard, calls, logger } = listener();
  const said: string[] = [];
  const own = apart(logger, (line) => said.push(line), { pause: 1 });
  mood.fails = new RefusedError('no such name');
  await own.scalars([row(0)]);
  await setTimeout(20);
  mood.fails = undefined;
  await own.scalars([row(1)]);
  await own.close(ending);
  expect(calls).toEqual([1, 1]);
  expect(heard).toEqual(['row 1', 'close finished']);
  expect(said).toEqual([
    'logger test: no such name; left out',
    'logger test: takes what it is told again, 1 entries are missing',
  ]);
});

it('tells a file that fails four times, and then what waits behind it', async () => {
  const heard: string[] = [];
  const logger: Logger = {
    name: 'test',
    file: (path) => {
      heard.push(path);
      throw new Error('no room');
    },
    scalars: ([{ step }]) => void heard.push(`row ${step}`),
  };
  const said: string[] = [];
  const own = apart(logger, (line) => said.push(line), { pause: 1 });
  await own.file('report.html');
  await own.scalars([row(3)]);
  await own.close(ending);
  expect(heard).toEqual([...Array<string>(4).fill('report.html'), 'row 3']);
  expect(said).toEqual([
    'logger test: no room; the run goes on, and it is told again later',
    'logger test: no room; left out',
    'logger test: takes what it is told again, 1 entries are missing',
  ]);
});

it.each([
  ['fails', (): Promise<void> => Promise.reject(new Error('away'))],
  ['never returns', (): Promise<void> => new Promise(() => {})],
])('closes without one that %s to the end, and says what is missing there', async (_, scalars) => {
  const said: string[] = [];
  const own = apart({ name: 'test', scalars }, (line) => said.push(line), { pause: 1, patience: 50 });
  await own.scalars(rows(3));
  await own.close(ending);
  expect(said.at(-1)).toBe('logger test: took nothing for 0.05 s; 4 entries are missing there');
  await own.scalars(rows(3));
  expect(said.at(-1)).toContain('4 entries');
});
