import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTensors } from '@dppo/checkpoint';
import { serve } from '@dppo/cluster';
import { threads } from '@dppo/engine';
import { hasNatsServer, natsServer } from '@dppo/testing/nats-server';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { configOf, numbers, optionsOf, rows, trained } from '../../test/little-runs.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { smallRun } from '../../test/small-run.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { type WorkerProcess, workerProcess } from '../../test/worker-process.ts';
import { finetune } from '../finetune/finetune.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';
import { readHistory } from '../runs/history.ts';
import { computing } from './compute.ts';

const sharded = {
  ...smallRun,
  nEnvs: 3,
  shards: 2,
  iterations: 2,
  updateEpochs: 2,
  microBatchSize: 10,
  gradientParts: 2,
};

/** Workers that end with the test. */
function workerOf(url: string, ...words: readonly string[]): WorkerProcess {
  const worker = workerProcess(url, ...words);
  onTestFinished(() => void worker.kill('SIGKILL'));
  return worker;
}

/** All tensors of the last checkpoint, those of critic and optimizers among them. */
async function stateIn(dir: string) {
  const { tensors } = await readTensors(join(dir, 'last.safetensors'));
  const found = numbers(tensors);
  tf.dispose(tensors);
  return found;
}

/** A run without a cluster, which is made once. */
let kept: Promise<string> | undefined;
const alone = (): Promise<string> => (kept ??= trained(sharded));

/** Holds what a run came to against that of the run alone. */
async function expectAsAlone(dir: string): Promise<void> {
  const expected = await alone();
  expect(rows(dir)).toEqual(rows(expected));
  expect(await stateIn(dir)).toEqual(await stateIn(expected));
  expect(configOf(dir)).toEqual(configOf(expected));
  const [policy, wanted] = [dir, expected].map((each) => readFileSync(join(each, 'policy-2.safetensors')));
  expect(policy.equals(wanted)).toBe(true);
}

/** A training on a cluster, and what it says. */
async function begun(given: object) {
  const runDir = join(mkdtempSync(join(tmpdir(), 'cluster-')), 'run');
  const options = await optionsOf({ ...sharded, ...given, backend: tf.getBackend(), runDir });
  const said: string[] = [];
  const finished = finetune(options, (line) => said.push(line));
  // Whoever waits for it hears of it.
  finished.catch(() => {});
  return { runDir, said, finished };
}

describe.runIf(hasNatsServer)('on a server', () => {
  // What computes here is what workers load: on the other backend there are no threads to tell apart.
  beforeEach(({ skip }) => skip(tf.getBackend() !== 'tensorflow'));

  it('trains with workers that come, are refused and leave as it trains alone', async () => {
    const server = await natsServer();
    onTestFinished(() => server.kill());
    const { runDir, said, finished } = await begun({ cluster: server.url });
    await expect
      .poll(() => said)
      .toContain(`waiting for workers: dppo worker --cluster ${server.url} --run-name run`);

    const other = workerOf(server.url, '--threads', `${threads() + 1}`);
    expect(await other.ended).toBe(1);
    expect(other.said()).toContain(
      `the learner refuses this worker: other numbers: threads ${threads() + 1}, wanted ${threads()}`,
    );
    const [leaving, staying] = [workerOf(server.url), workerOf(server.url)];
    await expect.poll(leaving.said).toMatch(/computing|has ended/);
    leaving.kill('SIGTERM');
    expect(await leaving.ended).toBe(0);
    await finished;
    expect(await staying.ended).toBe(0);

    await expectAsAlone(runDir);
  });

  it('keeps a checkpoint where the server is gone for good, and goes on from there on another one', async () => {
    const server = await natsServer();
    const { runDir, said, finished } = await begun({ cluster: server.url, clusterTimeout: 0.5 });
    await expect.poll(() => said.join('\n')).toContain('waiting for workers');
    await server.kill();
    await expect(finished).rejects.toThrow(
      `natsCluster: ${server.url} has been away for 0.5 s, which is the timeout; to go on from the last checkpoint: dppo finetune --resume ${runDir} --cluster URL`,
    );
    expect(existsSync(join(runDir, 'last.safetensors'))).toBe(true);
    expect(readHistory(runDir).at(-1)?.end?.state).toBe('failed');

    const next = await natsServer();
    onTestFinished(() => next.kill());
    const worker = workerOf(next.url);
    await finetune(await optionsOf({ resume: runDir, cluster: next.url, clusterTimeout: 60 }), () => {});
    expect(await worker.ended).toBe(0);
    await expectAsAlone(runDir);
  });

  it('lets in a worker with other numbers where it is told to, and says so in its report', async () => {
    const server = await natsServer();
    onTestFinished(() => server.kill());
    const { runDir, said, finished } = await begun({
      cluster: server.url,
      otherNumbers: true,
      iterations: 1,
    });
    const other = workerOf(server.url, '--threads', `${threads() + 1}`);
    await finished;
    expect(await other.ended).toBe(0);
    const why = `other numbers: threads ${threads() + 1}, wanted ${threads()}`;
    expect(said.filter((line) => line.endsWith(`is let in with ${why}`))).toHaveLength(1);
    const [note] = readHistory(runDir).at(-1)?.notes ?? [];
    expect(note).toMatch(new RegExp(`^worker \\S+: ${why}$`));
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toContain(note);
  });

  it('ends where the bytes of two workers differ, and names both', async () => {
    const server = await natsServer();
    onTestFinished(() => server.kill());
    const { runDir, finished } = await begun({ cluster: server.url, verify: 1 });
    const [honest, other] = [computing({ workers: 1 }, () => {}), computing({ workers: 1 }, () => {})];
    onTestFinished(async () => void (await Promise.all([honest.close(), other.close()])));
    const served = [
      serve(server.url, honest.compute, { run: 'run' }),
      // In one bit, with the numbers that let it in.
      serve(
        server.url,
        async (task, shared, signal) => {
          const bytes = await other.compute(task, shared, signal);
          if (task.kind !== 'probe') bytes[bytes.length - 1] ^= 1;
          return bytes;
        },
        { run: 'run' },
      ),
    ];
    const worker = String.raw`\S+\.${process.pid}\.\w{6}`;
    await expect(finished).rejects.toThrow(new RegExp(`differs between ${worker} and ${worker}: byte`));
    await expect(finished).rejects.toThrow(
      `; to go on from the last checkpoint: dppo finetune --resume ${runDir} --cluster URL`,
    );
    await Promise.all(served);
  });

  it('evaluates as one process does, which has as many shards', async () => {
    const server = await natsServer();
    onTestFinished(() => server.kill());
    const { policy } = await untrainedPolicy(smallHopper);
    const said: string[] = [];
    const worker = workerOf(server.url);
    for (const at of [{}, { cluster: server.url }]) {
      const given = { policy, backend: tf.getBackend(), episodes: 5, shards: 2, workers: 1, ...at };
      await evaluate(evaluateOptions.parse(given), (line) => said.push(line));
    }
    const [one, other] = said.filter((line) => line.startsWith('return'));
    expect(other).toBe(one);
    expect(await worker.ended).toBe(0);
  });
});
