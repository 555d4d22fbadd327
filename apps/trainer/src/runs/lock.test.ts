import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, it } from 'vitest';

import { lock } from './lock.ts';
import { thisProcess } from './process-identity.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(dir, 'run.lock');
});

const said: string[] = [];
const options = { what: 'The run', say: (sentence: string) => void said.push(sentence) };

/** Leaves a lock of another process. */
function left(owner: object): string {
  const id = crypto.randomUUID();
  const since = '2026-01-31T09:05:00.000Z';
  writeFileSync(
    path,
    JSON.stringify({ ...thisProcess(), command: 'dppo finetune', id, since, path, ...owner }),
  );
  return id;
}

/** A process that has ended. */
const ended = spawnSync(process.execPath, ['--eval', '']).pid;
const long = 200; // seconds without a sign of life

/** Takes the lock in a process of its own, says so, and keeps it until it is told to end. */
function locking(): ChildProcess {
  const module = JSON.stringify(new URL('./lock.ts', import.meta.url).href);
  const script = `const { lock } = await import(${module});
    process.stdin.once('data', async () => {
      const options = { what: 'The run', say: () => {} };
      await lock(${JSON.stringify(path)}, options).then(() => console.log('mine'), (error) => console.log(error.message));
    });
    process.stdin.on('end', () => process.exit(3));
    console.log('ready');`;
  return spawn(
    process.execPath,
    ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval', script],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
}

const line = async ({ stdout }: ChildProcess): Promise<string> =>
  String((await once(stdout!, 'data'))[0]).trim();

/** What processes say that try at the same moment. */
async function contend(
  count: number,
): Promise<{ readonly children: ChildProcess[]; readonly answers: string[] }> {
  const children = Array.from({ length: count }, locking);
  await Promise.all(children.map(line));
  const answers = children.map(line);
  for (const { stdin } of children) stdin!.write('now\n');
  return { children, answers: await Promise.all(answers) };
}

it.each([
  ['there is none', () => {}],
  ['its owner is gone', () => left({ pid: ended })],
  [
    'its owner is gone, and one that was taking it over as well',
    () => {
      const claim = `${path}.${left({ pid: ended })}`;
      const lost = readFileSync(path, 'utf8');
      left({ pid: ended });
      renameSync(path, claim);
      writeFileSync(path, lost);
    },
  ],
])(
  'goes to one of four processes where %s, and an end of any kind but a kill takes it away',
  async (_, leave) => {
    leave();
    const { children, answers } = await contend(4);
    expect(answers.filter((answer) => answer === 'mine')).toHaveLength(1);
    const winner = children[answers.indexOf('mine')];
    for (const answer of answers.filter((other) => other !== 'mine'))
      expect(answer).toContain(`The run is in use by process ${winner.pid} on `);
    for (const child of children) child.stdin!.end();
    await Promise.all(children.map((child) => once(child, 'close')));
    expect(readdirSync(dir)).toEqual([]);
  },
);

it('is taken over from a process that was killed, with a sentence', async () => {
  const {
    children: [child],
  } = await contend(1);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(existsSync(path)).toBe(true);
  said.length = 0;
  const { release } = await lock(path, options);
  expect(said).toEqual([
    expect.stringMatching(
      new RegExp(`^The run was left by process ${child.pid} on .* since .*: taken over$`),
    ),
  ]);
  release();
  expect(readdirSync(dir)).toEqual([]);
});

it.skipIf(process.platform !== 'linux')(
  'counts a process as gone that nobody has asked how it ended',
  async () => {
    // The shell's child ends, and what the shell becomes never asks.
    const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const zombie = Number(await line(child));
    while (!readFileSync(`/proc/${zombie}/stat`, 'utf8').includes(') Z '))
      await new Promise((resume) => setTimeout(resume, 10));
    left({ pid: zombie, began: undefined });
    (await lock(path, options)).release();
    child.kill();
  },
);

it('counts a process as gone whose number is that of a later one', async () => {
  left({ began: 'before' });
  (await lock(path, options)).release();
});

it('is refused where the owner is this process', async () => {
  const { release } = await lock(path, options);
  await expect(lock(path, options)).rejects.toThrow(`The run is in use by process ${process.pid}`);
  release();
  release();
  expect(readdirSync(dir)).toEqual([]);
});

it('is refused while a process of another machine gives signs of life, and taken over after', async () => {
  left({ host: 'node7', place: 'elsewhere' });
  await expect(lock(path, options)).rejects.toThrow(
    /^The run is in use by process \d+ on node7 \(dppo finetune\) since 2026-01-31T09:05:00.000Z, last sign of life 0 s ago; it counts as gone after 120 s without one$/,
  );
  const then = Date.now() / 1000 - long;
  utimesSync(path, then, then);
  (await lock(path, options)).release();
  expect(readdirSync(dir)).toEqual([]);
});

it('waits where it is to be patient, until the other machine gives a sign of life or counts as gone', async () => {
  left({ place: 'elsewhere' });
  const almost = Date.now() / 1000 - 119;
  utimesSync(path, almost, almost);
  (await lock(path, { ...options, patient: true })).release();

  left({ place: 'elsewhere' });
  const waiting = lock(path, { ...options, patient: true }).catch(String);
  const soon = Date.now() / 1000 + 1;
  utimesSync(path, soon, soon);
  expect(await waiting).toContain('The run is in use by');
});

it('is that of the original in the copy of a folder, and stays one in a folder that was renamed', async () => {
  mkdirSync(join(dir, 'run'));
  const { release } = await lock(join(dir, 'run', 'run.lock'), options);
  cpSync(join(dir, 'run'), join(dir, 'copy'), { recursive: true });
  (await lock(join(dir, 'copy', 'run.lock'), options)).release();
  renameSync(join(dir, 'run'), join(dir, 'renamed'));
  await expect(lock(join(dir, 'renamed', 'run.lock'), options)).rejects.toThrow('is in use by');
  release();
});

it('shows no control characters of a stranger', async () => {
  left({ command: '\u001B[2Jdppo\u009B', place: 'elsewhere' });
  await expect(lock(path, options)).rejects.toThrow('(?[2Jdppo?)');
});

it.each(['', '[]', '{"id":"../../other"}'])('of which %j is found is held until it is old', async (text) => {
  writeFileSync(path, text);
  await expect(lock(path, options)).rejects.toThrow(
    `The run is in use by a process that ${path} does not name, last sign of life 0 s ago`,
  );
  const then = Date.now() / 1000 - long;
  utimesSync(path, then, then);
  (await lock(path, options)).release();
  expect(readdirSync(dir)).toEqual([]);
});

it.each([
  ['a link that leads nowhere', () => symlinkSync('/nowhere/run.lock', path)],
  ['a folder', () => mkdirSync(path)],
])('names the lock where %s is in its place, and waits for nothing', async (_, put) => {
  put();
  await expect(lock(path, options)).rejects.toThrow(path);
});
