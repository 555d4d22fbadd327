import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import type { LoggedRun } from './logger.ts';
import { namedLoggers } from './named-loggers.ts';
import { openApart } from './open-loggers.ts';

/** A file of this text in a folder of its own. */
function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'logger-')), 'mine.mjs');
  writeFileSync(path, text);
  return path;
}

const run = (dir: string): LoggedRun => ({
  dir,
  name: 'run',
  config: { seed: 3 },
  from: undefined,
  say: () => {},
});

it("opens the logger of a file, with what the run is, and tells it the run's rows", async () => {
  const path = file(`
    import { appendFileSync } from 'node:fs';
    export default ({ dir, config }) => ({
      name: 'mine',
      scalars: (rows) => appendFileSync(dir + '/mine.txt', rows.map(({ step }) => config.seed + ' ' + step).join()),
    });`);
  const dir = join(path, '..');
  const [mine] = await openApart(run(dir), await namedLoggers([path]));
  await mine.scalars?.([{ iteration: 1, step: 40, time: 0, values: {} }]);
  await mine.close?.({ state: 'finished', why: '' });
  expect(readFileSync(join(dir, 'mine.txt'), 'utf8')).toBe('3 40');
});

it.each([
  ['', 'no default export (run) => Logger'],
  ['export default 3;', 'no default export (run) => Logger'],
  ['throw new Error("boom");', 'boom'],
  ['export default () => {;', 'mine.mjs: '],
])('names a file that is none of a logger: %s', async (text, why) => {
  const path = file(text);
  const loading = namedLoggers([path]);
  await expect(loading).rejects.toThrow(`logger ${path}: `);
  await expect(loading).rejects.toThrow(why);
});

it('names a file that is not there', async () => {
  await expect(namedLoggers(['/nothing/mine.ts'])).rejects.toThrow('logger /nothing/mine.ts: no such file');
});

it.each([
  ['undefined', 'found undefined'],
  ['({})', 'found [object Object]'],
  ['({ name: "mine" })', 'found name'],
  ['({ scalars() {} })', 'found scalars'],
  ['({ name: "mine", scalars: 3 })', 'found scalars as number'],
])('refuses %s for a logger, and closes those before it', async (made, found) => {
  const closed: string[] = [];
  const first = () => ({ name: 'first', close: ({ why }: { why: string }) => void closed.push(why) });
  const [own] = await namedLoggers([file(`export default function mine() { return ${made}; }`)]);
  const why = `logger mine: ${found}, wanted an object with a name and some of the functions scalars, text, image, file, close`;
  await expect(openApart(run('/tmp'), [first, own])).rejects.toThrow(why);
  expect(closed).toEqual([why]);
});
