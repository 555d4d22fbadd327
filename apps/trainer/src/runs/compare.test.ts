import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { compare } from './compare.ts';

/** The folder of a run of so many evaluations, each 100 better than the one before. */
function run(dir: string, evaluations: number, options: string): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'config.yaml'), `environment: hopper\nseed: 42\niterations: 9\n${options}`);
  const lines = Array.from({ length: evaluations }, (_, i) => [
    JSON.stringify({
      iteration: i,
      'time/env_steps': 1000 * i,
      'time/seconds': 60 * i,
      'time/cpu_seconds': 90 * i,
    }),
    JSON.stringify({
      iteration: i,
      'time/env_steps': 1000 * i,
      'eval/mean_reward': 1000 + 100 * (i === 2 ? 5 : i),
      'eval/std_reward': 1,
      'eval/mean_ep_length': 9,
    }),
  ]);
  writeFileSync(
    join(dir, 'metrics.jsonl'),
    lines
      .flat()
      .map((line) => `${line}\n`)
      .join(''),
  );
  return dir;
}

it('puts the options that differ and the results side by side', () => {
  const root = mkdtempSync(join(tmpdir(), 'compare-'));
  const first = run(join(root, 'a'), 4, 'actorLr: 0.0001\nhidden: [8, 8]\ngamma: 0.99\n');
  const second = run(join(root, 'b'), 1, 'actorLr: 0.001\nhidden: [8, 8]\ngamma: 0.99\npatience: 3\n');
  const [said, told]: [string[], object[]] = [[], []];
  compare([first, second], (line) => said.push(line), { row: (values) => told.push(values) });

  const cells = said[0].split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(cells).toEqual([
    ['run', first, second],
    ['actorLr', '0.0001', '0.001'],
    ['patience', '—', '3'],
    ['env steps', '3000', '0'],
    ['return before', '1000', '1000'],
    ['return after', '1300', '1000'],
    ['best return', '1500', '1000'],
    ['best at iteration', '2', '0'],
    ['episodes', '—', '—'],
    ['best chosen on', 'these', 'these'],
    ['minutes', '3', '0'],
    ['processor minutes', '4.5', '0'],
  ]);
  expect(new Set(said[0].split('\n').map((line) => line.length)).size).toBe(1);
  expect(told).toEqual([
    expect.objectContaining({ run: first, actorLr: 0.0001, 'best return': 1500, minutes: 3 }),
    expect.objectContaining({ run: second, actorLr: 0.001, patience: 3 }),
  ]);
});

/** A file of a policy of one weight and one of its η, with something else in its header. */
function policyOf(weight: number, eta: number): Uint8Array {
  const [first, second] = [0, 1].map((at) => ({ dtype: 'U8', shape: [1], data_offsets: [at, at + 1] }));
  const tensors = { 'actor.eta.w': first, 'actor.w': second };
  const header = Buffer.from(JSON.stringify({ __metadata__: { eta: String(eta) }, ...tensors }));
  return Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0, ...header, eta, weight);
}

it('tells runs apart by the policies that they began with, whatever those were called', () => {
  const root = mkdtempSync(join(tmpdir(), 'compare-'));
  const runs = [1, 2, 1].map((weight, i) => {
    const dir = run(join(root, String(i)), 1, `policy: ${i === 2 ? 'start' : 'mine'}.safetensors\n`);
    writeFileSync(join(dir, 'start.safetensors'), policyOf(weight, i));
    return dir;
  });
  const told: { policy?: string }[] = [];
  compare(runs, () => {}, { row: (values) => told.push(values) });
  const [first, second, third] = told.map(({ policy }) => policy);
  expect(first).toMatch(/^start\.safetensors [0-9a-f]{12}$/);
  expect(second).not.toBe(first);
  expect(third).toBe(first);
});

it('names the policy of a run that is none', () => {
  const dir = run(join(mkdtempSync(join(tmpdir(), 'compare-')), 'run'), 1, '');
  for (const [bytes, sentence] of [
    [Uint8Array.of(1), '1 bytes, wanted a safetensors file'],
    [
      Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 1),
      'begins with the bytes 63 00 00 00 00 00 00 00 01, wanted a safetensors file',
    ],
  ] as const) {
    writeFileSync(join(dir, 'start.safetensors'), bytes);
    expect(() => compare([dir], () => {})).toThrow(`${join(dir, 'start.safetensors')}: ${sentence}`);
  }
});

it('shows a run that was not evaluated yet', () => {
  const said: string[] = [];
  compare([run(mkdtempSync(join(tmpdir(), 'compare-')), 0, '')], (line) => said.push(line));
  expect(said[0]).toMatch(/^return before +—$/m);
});

it('shows what a run came to that is not evaluated, and only of such runs', () => {
  const root = mkdtempSync(join(tmpdir(), 'compare-'));
  const learned = run(join(root, 'a'), 0, '');
  writeFileSync(join(learned, 'metrics.jsonl'), '{"iteration":1,"train/loss":0.5}\n');
  const evaluated = run(join(root, 'b'), 2, '');
  const said: string[] = [];
  compare([evaluated, learned], (line) => said.push(line));
  compare([evaluated], (line) => said.push(line));
  expect(said[0]).toMatch(/^loss +— +0\.5$/m);
  expect(said[0]).not.toContain('exploring');
  expect(said[1]).not.toContain('loss');
});

it('names the folder that is not of a run', () => {
  expect(() => compare(['nowhere'], () => {})).toThrow(
    'run nowhere: no config.yaml or metrics.jsonl in it, wanted the folder of a run',
  );
});

it('shows no control character of a config, and no line break within a cell', () => {
  const root = mkdtempSync(join(tmpdir(), 'compare-'));
  const runs = ['"\\e[2J\\nenv steps 9"', 'plain'].map((policy, i) =>
    run(join(root, String(i)), 1, `policy: ${policy}\n"\\e]0;name\\a": ${i}\n`),
  );
  const said: string[] = [];
  compare(runs, (line) => said.push(line));
  expect(said[0]).toContain(String.raw`\u001b[2J\u000aenv steps 9`);
  expect(said[0]).toContain(String.raw`\u001b]0;name\u0007`);
  expect(said[0].split('\n')).toHaveLength(12);
});

it('says the success of tasks that say, with its interval', () => {
  const [one, other] = [
    { 'eval/success_rate': 1, 'eval/episodes': 4 },
    { 'eval/success_rate': 0, 'eval/episodes': 4 },
  ].map((success) => {
    const dir = mkdtempSync(join(tmpdir(), 'compare-'));
    const row = { iteration: 0, 'time/env_steps': 0, 'eval/mean_reward': 0, ...success };
    writeFileSync(join(dir, 'metrics.jsonl'), `${JSON.stringify(row)}\n`);
    return dir;
  });
  const [said, told]: [string[], object[]] = [[], []];
  compare([one, other], (line) => said.push(line), { row: (values) => told.push(values) });
  // Of n successes in n trials Wilson's interval begins at n / (n + z²) = 4 / 7.84.
  expect(said[0]).toMatch(/^best success +100 % \(51 … 100\) +0 % \(0 … 49\)$/m);
  expect(told[0]).toMatchObject({ 'best success': { share: 1, high: 1 } });
});
