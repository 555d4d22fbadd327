import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { beginStretch, endStretch, noteStretch, readHistory } from './history.ts';
import { describeMachine, machineOf } from './machine.ts';
import { readRun } from './recorded-run.ts';

const quiet = (): void => {};
const newDir = (): string => mkdtempSync(join(tmpdir(), 'history-'));

it('tells when and where a run began, went on and ended', async () => {
  const dir = newDir();
  const machine = machineOf('wasm');
  const times = [0, 1, 2].map((day) => new Date(Date.UTC(2026, 0, 1 + day)));
  expect(readHistory(dir)).toEqual([]);
  await beginStretch(dir, machine, quiet, times[0]);
  await beginStretch(dir, { ...machine, cores: 99 }, quiet, times[1]);
  await endStretch(dir, { state: 'finished', why: '9 iterations, as asked' }, times[2]);
  const expected = [
    { began: '2026-01-01T00:00:00.000Z', machine },
    {
      began: '2026-01-02T00:00:00.000Z',
      machine: { ...machine, cores: 99 },
      end: { state: 'finished', why: '9 iterations, as asked', at: '2026-01-03T00:00:00.000Z' },
    },
  ];
  expect(readHistory(dir)).toEqual(expected);
  expect(parse(readFileSync(join(dir, 'history.yaml'), 'utf8'))).toEqual(expected);
});

it('notes once what is to be known about the numbers of the latest stretch, with where it ends', async () => {
  const dir = newDir();
  await beginStretch(dir, machineOf('wasm'), quiet);
  await noteStretch(dir, []);
  await noteStretch(dir, ['worker a: threads 1, wanted 2']);
  const notes = ['worker a: threads 1, wanted 2', 'worker b: threads 3, wanted 2'];
  await noteStretch(dir, notes);
  await endStretch(dir, { state: 'stopped', why: 'x' });
  expect(readHistory(dir)).toMatchObject([{ notes, end: { why: 'x' } }]);
});

it('names a file that is no history, and a folder where nothing began', async () => {
  const dir = newDir();
  await expect(endStretch(dir, { state: 'stopped', why: 'x' })).rejects.toThrow(
    `endStretch: found no stretch in ${dir}, wanted one that began`,
  );
  writeFileSync(join(dir, 'history.yaml'), 'a: 1\n');
  expect(() => readHistory(dir)).toThrow(`${join(dir, 'history.yaml')}: found no history of a run`);
});

it('keeps a history that cannot be read beside the new one, and tells so', async () => {
  const dir = newDir();
  const file = join(dir, 'history.yaml');
  writeFileSync(file, '\0\0');
  const said: string[] = [];
  await beginStretch(dir, machineOf('cpu'), (line) => said.push(line), new Date(5));
  expect(readHistory(dir)).toHaveLength(1);
  expect(readFileSync(`${file}.unreadable-5`, 'utf8')).toBe('\0\0');
  expect(said).toEqual([expect.stringContaining(`${file}: found no history of a run`)]);
  expect(said[0]).toContain(`kept as ${file}.unreadable-5`);
});

it('describes a machine by its processor, its cores and its backend', () => {
  const machine = { ...machineOf('cpu'), processor: 'Abacus', cores: 1 };
  expect(describeMachine(machine)).toBe('Abacus, 1 core, cpu');
  expect(describeMachine({ ...machine, cores: 2 })).toBe('Abacus, 2 cores, cpu');
});

const began = (i: number): Date => new Date(Date.UTC(2026, 0, 1, 0, i));

it('keeps the first and the latest of many stretches, and the beginning of a long reason', async () => {
  const dir = newDir();
  for (let i = 0; i < 150; i++) {
    await beginStretch(dir, machineOf('cpu'), quiet, began(i));
    if (i >= 145) await endStretch(dir, { state: 'failed', why: 'x'.repeat(100_000) }, began(i));
  }
  const stretches = readHistory(dir);
  expect(stretches).toHaveLength(100);
  expect(stretches[0].began).toBe(began(0).toISOString());
  expect(stretches[99].began).toBe(began(149).toISOString());
  expect(stretches[99].end?.why).toBe('x'.repeat(500));
});

it('is left out, and told, where it cannot be read', () => {
  const dir = newDir();
  writeFileSync(join(dir, 'config.yaml'), 'environment: avoid\n');
  writeFileSync(join(dir, 'history.yaml'), 'garbage: [\n');
  const { history, unreadable } = readRun(dir);
  expect(history).toEqual([]);
  expect(unreadable).toEqual([
    expect.stringMatching(/history\.yaml: found no history of a run: .*left out$/s),
  ]);
});
