import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import type { Cluster } from '../cluster.ts';
import { type Gate, gateResult, gateTask } from './gate.ts';

/** A cluster whose parts can be broken. */
export interface FaultBench {
  readonly cluster: Cluster;
  /** Process ids of its workers, which serve `computeGate`. */
  readonly workers: readonly number[];
  /** What is between them. */
  readonly server: {
    /** Ends it at once. */
    kill(): Promise<void>;
    /** Starts it again. */
    start(): Promise<void>;
    /** Takes away what it keeps, while it does not run. */
    loseStore(): Promise<void>;
  };
}

/** Registers with vitest the faults that a `Cluster` of several processes survives with the same results; `make` starts it with so many workers; titled `name`. */
export function faultTests(name: string, make: (workers: number) => Promise<FaultBench>): void {
  describe(`${name} and what may fail`, () => {
    it('gives the tasks of a worker that is killed, and of one that is stopped, to others', async () => {
      const { cluster, workers } = await make(3);
      const { tasks, expected, holders, open } = gates(6);
      const results = cluster.map(tasks);
      await expect.poll(() => new Set(holders()).size).toBe(3);
      process.kill(workers[0], 'SIGKILL');
      process.kill(workers[1], 'SIGSTOP');
      open();
      expect(texts(await results)).toEqual(expected);
      process.kill(workers[1], 'SIGCONT');
      const next = gates(4);
      next.open();
      // Whatever the one that was stopped still brings is of no use to anyone.
      expect(texts(await cluster.map(next.tasks))).toEqual(next.expected);
      await expect.poll(() => cluster.workers()).toHaveLength(2);
    });

    it('gives a task that is slow on one worker to another, which is done first', async () => {
      const { cluster, workers } = await make(2);
      const { tasks, expected, holders, open } = gates(5);
      const results = cluster.map(tasks);
      await expect.poll(() => new Set(holders()).size).toBe(2);
      open(workers[1]);
      expect(texts(await results)).toEqual(expected);
    });

    it('goes on where the server was killed while tasks were out', async () => {
      const { cluster, server } = await make(2);
      const { tasks, expected, holders, open } = gates(4);
      const results = cluster.map(tasks);
      await expect.poll(() => holders().length).toBe(2);
      await server.kill();
      open();
      await server.start();
      expect(texts(await results)).toEqual(expected);
    });

    it('goes on where the server came back without what it kept', async () => {
      const { cluster, server } = await make(2);
      const bytes = new Uint8Array(3_000_000).fill(7);
      const shared = await cluster.share(bytes);
      const { gateOf, holders, open } = gates(0);
      const names = ['a', 'b', 'c'].map(gateOf);
      const results = cluster.map(names.map((gate) => gateTask(gate, shared)));
      await expect.poll(() => holders().length).toBe(2);
      await server.kill();
      await server.loseStore();
      await server.start();
      open();
      expect(texts(await results)).toEqual(names.map((gate) => gateResult(gate, bytes)));
      const others = new Uint8Array(1_000_000).fill(8);
      const task = gateTask(names[0], await cluster.share(others));
      expect(texts(await cluster.map([task]))).toEqual([gateResult(names[0], others)]);
    });

    it('gives a task that throws on one worker to another, and gives up where it throws on both', async () => {
      const { cluster, workers } = await make(2);
      const { tasks, expected, open, broken } = gates(4);
      broken(workers[0]);
      open();
      expect(texts(await cluster.map(tasks))).toEqual(expected);
      broken(workers[1]);
      const refused = cluster.map(tasks);
      await expect(refused).rejects.toThrow('cannot be computed here');
      await expect(refused).rejects.toThrow(/ on .+ and /);
    });
  });
}

/** So many tasks at a gate of their own. */
export function gates(count: number): {
  readonly tasks: ReturnType<typeof gateTask>[];
  readonly expected: string[];
  readonly gateOf: (name: string) => Gate;
  /** Process ids at the gate, one for each task that somebody began. */
  readonly holders: () => number[];
  /** Lets one process through, or all. */
  readonly open: (pid?: number) => void;
  /** Has a process throw. */
  readonly broken: (pid: number) => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  const write = (file: string): void => writeFileSync(join(folder, file), '');
  const gateOf = (name: string): Gate => ({ folder, name });
  const open = (pid?: number): void => write(pid === undefined ? 'open' : `open.${pid}`);
  // Whatever became of the test, no process waits for ever.
  onTestFinished(() => open());
  const all = Array.from({ length: count }, (_, i) => gateOf(`task-${i}`));
  return {
    tasks: all.map((gate) => gateTask(gate)),
    expected: all.map((gate) => gateResult(gate)),
    gateOf,
    open,
    broken: (pid) => write(`broken.${pid}`),
    holders: () =>
      readdirSync(folder)
        .filter((file) => !/^(open|broken)/.test(file))
        .map((file) => Number(file.split('.')[1])),
  };
}

/** Results of `computeGate` as text. */
export function texts(results: readonly Uint8Array[]): string[] {
  return results.map((bytes) => new TextDecoder().decode(bytes));
}
