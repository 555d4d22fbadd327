import { collector, DivergenceError } from '@dppo/agent';
import { inProcess } from '@dppo/cluster';
import { networkOf, type SteppedSpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it, onTestFinished } from 'vitest';

import { smallAvoid } from '../../test/small-policies.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { orHow } from '../finetune/or-how.ts';
import { backendHere } from './backend-here.ts';
import { clusterCollector } from './cluster-collector.ts';
import { computing } from './compute.ts';
import { formatDescription } from './description.ts';
import { formatPlayed, parsePlayed } from './played-bytes.ts';
import { difference, formatProbed, probe } from './probe.ts';
import { actingState, runHere } from './run-here.ts';

/** A run of avoid, and workers of it in this process. */
async function small(spec: SteppedSpec) {
  const training = finetuneOptions.parse({ jit: false, nEnvs: 3, shards: 2, ftDenoisingSteps: 2 });
  const described = { spec, ...backendHere(undefined), rows: 1, envTimeout: 600, training };
  const run = runHere(described, spec, 1);
  const { compute, close } = computing({ workers: 1 }, () => {});
  onTestFinished(async () => void (await Promise.all([run.close(), close()])));
  const cluster = inProcess(compute);
  const description = await cluster.share(formatDescription(described));
  return { run, cluster, training, joined: { cluster, description, probe: await probe(run), waiting: wait } };
}

const wait = <Result>(work: Promise<Result>): Promise<Result> => work;

it('plays what as many shards in one process play, also where episodes go on', async () => {
  const { run, training, joined } = await small(smallAvoid);
  const frozen = networkOf(smallAvoid.network).init(1);
  const { algorithm } = run.training(frozen);
  const elsewhere = clusterCollector(joined, frozen, training);
  const state = { ...actingState(networkOf(smallAvoid.network).init(2), 0), iteration: 4 };
  await run.inEnvironments(3, async (env) => {
    const here = collector(algorithm, env, { shards: 2 });
    let [one, other] = [undefined, undefined] as Parameters<typeof here.collect>[1]['standing'][];
    for (const steps of [3, 4]) {
      const seed = 7;
      const played = await here.collect(state, { seed, steps, standing: one });
      const found = await elsewhere.collect(state, { seed, steps, standing: other });
      expect(found).toEqual(played);
      [one, other] = [played.standing, found.standing];
    }
  });
  tf.dispose([frozen, state.actor]);
});

it('names the shard and the seed of what diverges on a worker, which stays a divergence', async () => {
  const { cluster, joined } = await small(smallAvoid);
  const frozen = networkOf(smallAvoid.network).init(1);
  const actor = tf.tidy(() =>
    Object.fromEntries(Object.entries(frozen).map(([name, weight]) => [name, weight.mul<tf.Tensor>(NaN)])),
  );
  const elsewhere = clusterCollector(joined, frozen, { nEnvs: 3, shards: 2 });
  const playing = { seed: 7, steps: 2, standing: undefined };
  const sentence =
    'shard 0 (environments 0 to 0) of iteration 4, seed 7: collect: the action of environment 0 in chunk 0 is NaN, wanted finite numbers';
  const diverged = elsewhere.collect(actingState(actor, 4), playing);
  await expect(diverged).rejects.toThrow(new DivergenceError(sentence));
  // Nor does it become one of the cluster on its way.
  await expect(orHow({ dir: 'a-run' }, diverged, undefined)).rejects.toBe(
    await diverged.catch((error: unknown) => error),
  );
  tf.dispose([frozen, actor]);
  await expect(cluster.map([{ kind: 'run', shared: [], data: new Uint8Array() }])).rejects.toThrow(
    'a task run, wanted probe, job, rollout, evaluation, actor, critic',
  );
});

it('takes no rollout of other columns, shapes or numbers', async () => {
  const { run, joined } = await small(smallAvoid);
  const { table: like, isSavable } = joined.probe;
  const frozen = networkOf(smallAvoid.network).init(1);
  const { algorithm } = run.training(frozen);
  const played = await run.inEnvironments(1, (env) =>
    collector(algorithm, env).collect(actingState(frozen, 0), { seed: 0, steps: 2, standing: undefined }),
  );
  const extent = { count: 1, steps: 2, like, isSavable };
  const bytes = formatPlayed(played);
  expect(parsePlayed(bytes, extent, 'shard 0')).toEqual(played);
  expect(() => parsePlayed(bytes, { ...extent, steps: 3 }, 'shard 0')).toThrow(
    /^shard 0: table\.\S+ is \S+ \[2.*\], wanted \S+ \[3.*\]$/,
  );
  expect(() => parsePlayed(bytes, { ...extent, isSavable: false }, 'shard 0')).toThrow(
    /standing\.s\w+ is I32 \[.*\], wanted nothing of that name/,
  );
  const { rollout } = played;
  const reward = { shape: [], data: Float32Array.of(0, Infinity) };
  const broken = formatPlayed({ ...played, rollout: { ...rollout, table: { ...rollout.table, reward } } });
  expect(() => parsePlayed(broken, extent, 'shard 0')).toThrow(
    'shard 0: reward has Infinity in it, wanted finite numbers',
  );
  tf.dispose(frozen);
});

it('tells by name in what a machine with other numbers differs', () => {
  const machine = { backend: 'tensorflow', threads: '2', 'Node.js': '22.1.0' };
  const probed = { digests: { act: 'a', environment: 'b' }, machine };
  const told = (digests: object, differing: object): string | undefined =>
    difference(
      formatProbed({ digests: { ...probed.digests, ...digests }, machine: { ...machine, ...differing } }),
      probed,
    );
  expect(told({}, { 'Node.js': '20.20.2' })).toBeUndefined();
  expect(told({ act: 'c' }, { 'Node.js': '20.20.2' })).toBe(
    'other numbers in act: Node.js 20.20.2, wanted 22.1.0',
  );
  expect(told({}, { threads: '1' })).toBe('other numbers: threads 1, wanted 2');
  expect(told({ environment: 'c' }, {})).toBe(
    'other numbers in environment: though nothing that may cause it is known to differ',
  );
});
