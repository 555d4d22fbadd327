import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { threads } from '@dppo/engine';
import { hasNatsServer, natsServer } from '@dppo/testing/nats-server';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { optionsOf, rows, trained } from '../../test/little-runs.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { smallRun } from '../../test/small-run.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { type WorkerProcess, workerProcess } from '../../test/worker-process.ts';
import { finetune } from '../finetune/finetune.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';
import { readHistory } from '../runs/history.ts';

const sharded = { ...smallRun, nEnvs: 3, shards: 2, iterations: 2 };

/** Workers that end with the test. */
function workerOf(url: string, ...words: readonly string[]): WorkerProcess {
  const worker = workerProcess(url, ...words);
  onTestFinished(() => void worker.kill('SIGKILL'));
  return worker;
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

    const alone = await trained(sharded);
    expect(rows(runDir)).toEqual(rows(alone));
    for (const name of ['policy-2.safetensors', 'config.yaml'])
      expect(readFileSync(join(runDir, name)).equals(readFileSync(join(alone, name)))).toBe(true);
  });

  it('keeps a checkpoint where the server is gone for good', async () => {
    const server = await natsServer();
    const { runDir, said, finished } = await begun({ cluster: server.url, clusterTimeout: 0.5 });
    await expect.poll(() => said.join('\n')).toContain('waiting for workers');
    await server.kill();
    await expect(finished).rejects.toThrow(
      `natsCluster: ${server.url} has been away for 0.5 s, which is the timeout; to go on from the last checkpoint: dppo finetune --resume ${runDir} --cluster URL`,
    );
    expect(existsSync(join(runDir, 'last.safetensors'))).toBe(true);
    expect(readHistory(runDir).at(-1)?.end?.state).toBe('failed');
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
