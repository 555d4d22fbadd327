import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findChromium, withPage } from '@dppo/browser';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { program, wordsOf } from '../../test/program.ts';
import { smallRun } from '../../test/small-run.ts';
import { finetuneOptions as schema } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { openDashboard, serveDashboard } from './dashboard.ts';

const quiet = (): void => {};

const tiny = () => ({ ...smallRun, backend: tf.getBackend() });

const newDir = (): string => join(mkdtempSync(join(tmpdir(), 'dppo-')), 'run');

/** A run of the command in a process of its own, and the address that it says. */
async function started(runDir: string): Promise<{ child: ChildProcess; url: string }> {
  const options = { ...tiny(), runDir, iterations: 100_000 };
  const child = spawn(process.execPath, [...program, 'finetune', '--dashboard', ...wordsOf(options)]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += String(data)));
  for (;;) {
    const url = /^dashboard (.*)$/m.exec(text)?.[1];
    if (url !== undefined) return { child, url };
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    if (child.exitCode !== null) throw new Error(`no address of a dashboard in: ${text}`);
  }
}

it('shows a run while it goes on, and says when it has ended', async ({ skip }) => {
  const refusal = await findChromium().then(() => undefined, String);
  skip(refusal !== undefined, refusal);
  const runDir = newDir();
  const { child, url } = await started(runDir);
  try {
    await withPage(async (page) => {
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      const asked = new Set<string>();
      page.on('request', (one) => asked.add(new URL(one.url()).origin));
      await page.goto(url);
      const counter = page.locator('#iteration');
      const iteration = async (): Promise<number> => Number(await counter.textContent());
      const before = await iteration();
      await expect.poll(iteration).toBeGreaterThan(before + 2);
      await page.locator('#curves svg').nth(7).waitFor();
      await page.locator('#episode img').waitFor();
      expect(await page.evaluate("document.querySelector('#episode img').decode().then(() => 1)")).toBe(1);
      expect(complaints).toEqual([]);
      expect([...asked].filter((origin) => origin !== new URL(url).origin && origin !== 'null')).toEqual([]);

      const ended = once(child, 'exit');
      child.kill('SIGINT');
      expect(await ended).toEqual([75, null]);
      await page.locator('#note', { hasText: `What it left is in ${runDir}` }).waitFor();
    });
  } finally {
    child.kill('SIGKILL');
  }
  expect(existsSync(join(runDir, 'report.html'))).toBe(true);
});

/** What a run measured, without what the clock says. */
function rows(dir: string): unknown[] {
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) =>
    JSON.parse(line, (key, value) => (/^time\/(?!env_steps)/.test(key) ? undefined : value)),
  );
}

it('changes no number of a run, and is gone after it', async () => {
  const [alone, shown] = [newDir(), newDir()];
  const options = schema.parse({ ...tiny(), iterations: 3 });
  await finetune({ ...options, runDir: alone }, quiet);
  const said: string[] = [];
  await finetune({ ...options, runDir: shown, dashboard: true }, (line) => said.push(line));
  expect(rows(shown)).toEqual(rows(alone));
  expect(readFileSync(join(shown, 'config.yaml'))).toEqual(readFileSync(join(alone, 'config.yaml')));
  const url = said.find((line) => line.startsWith('dashboard '))!.slice('dashboard '.length);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

const refused = (dashboard: unknown): string | undefined =>
  schema.safeParse({ dashboard }).error?.issues[0].message;

it('takes no port that is reserved or none', () => {
  expect([true, false, 1024, 65_535].map(refused)).toEqual([undefined, undefined, undefined, undefined]);
  for (const wrong of [0, 65_536, 8080.5]) expect(refused(wrong)).toBeDefined();
  expect(refused(80)).toBe('Too small: expected number to be >=1024');
  expect(refused('8080')).toBe('wanted a port, 1024 … 65535');
});

it('refuses a port that is taken before it makes a folder', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const runDir = newDir();
  try {
    await expect(finetune(schema.parse({ ...tiny(), runDir, dashboard: port }), quiet)).rejects.toThrow(
      `--dashboard: found ${port}, wanted a port that is free: listen EADDRINUSE`,
    );
  } finally {
    other.close();
  }
  expect(existsSync(runDir)).toBe(false);
});

it.each([
  ['GET', '/', 'evil.example', 403],
  ['GET', '/', '127.0.0.1.evil.example', 403],
  ['GET', '/', 'localhost:1', 403],
  ['POST', '/', undefined, 405],
  ['OPTIONS', '/', undefined, 405],
  ['GET', '/../config.yaml', undefined, 404],
  ['GET', '/page.css', undefined, 404],
  ['GET', '/episode.gif', undefined, 404],
  ['GET', '/dashboard.js', undefined, 200],
] as const)('answers %s %s with host %s by %d', async (method, path, host, status) => {
  const folder = { dir: newDir() };
  const said: string[] = [];
  const dashboard = await openDashboard(schema.parse({ dashboard: true }), (line) => said.push(line));
  try {
    dashboard.show(folder);
    const { hostname, port } = new URL(said[0].replace('dashboard ', ''));
    expect(hostname).toBe('127.0.0.1');
    const headers = { host: host ?? `localhost:${port}` };
    const asking = request({ host: hostname, port, path, method, headers }).end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  } finally {
    await dashboard.close();
  }
});

/** The folder of another program's run. */
function recorded(): string {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  writeFileSync(join(dir, 'metrics.jsonl'), '{"iteration":1}\n');
  return dir;
}

it('answers while this thread computes', async () => {
  const served = await serveDashboard(recorded());
  try {
    const script = `fetch(${JSON.stringify(served.url)}).then(({ status }) => process.exit(status === 200 ? 0 : 1))`;
    // Nothing else happens in this thread before the other process has its answer.
    expect(spawnSync(process.execPath, ['--eval', script]).status).toBe(0);
  } finally {
    await served.close();
  }
});

it('answers among connections that say nothing, and closes these', async () => {
  const served = await serveDashboard(recorded());
  const { hostname, port } = new URL(served.url);
  const silent = Array.from({ length: 800 }, () => connect(Number(port), hostname).on('error', quiet));
  try {
    const ends = silent.map((socket) => new Promise((resolve) => socket.on('close', resolve)));
    await expect.poll(() => fetch(served.url).then(({ status }) => status, String)).toBe(200);
    for (const socket of silent) socket.resume();
    await Promise.all(ends);
  } finally {
    for (const socket of silent) socket.destroy();
    await served.close();
  }
});

it('answers by the reason where the files are none of a run, and goes on', async () => {
  const dir = recorded();
  const served = await serveDashboard(dir);
  try {
    writeFileSync(join(dir, 'config.yaml'), '- a\n- list\n');
    const answer = await fetch(served.url);
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('config.yaml')]);
    writeFileSync(join(dir, 'config.yaml'), 'seed: 7\n');
    await expect.poll(() => fetch(served.url).then(({ status }) => status)).toBe(200);
  } finally {
    await served.close();
  }
});

it('refuses a port that is none', async () => {
  for (const port of [-1, 80.5, 65_536])
    await expect(serveDashboard(recorded(), { port })).rejects.toThrow(
      new RangeError(`serveDashboard: port is ${port}, wanted a whole number in 0 … 65535`),
    );
});
