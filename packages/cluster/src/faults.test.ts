import { connect } from '@nats-io/transport-node';
import { hasNatsServer, natsServer } from '@dppo/testing/nats-server';
import { describe, expect, it, onTestFinished } from 'vitest';

import { program, workersOf } from '../test/processes.ts';
import { PART, namesOf } from './names.ts';
import { natsCluster } from './nats-cluster.ts';
import { serve } from './serve.ts';
import { faultTests, gates, texts } from './testing/fault-tests.ts';
import { computeGate, gateResult, gateTask } from './testing/gate.ts';

const run = 'faults';
/** seconds; more than a loaded machine keeps a worker from saying a word */
const silence = 6;

async function started(options: { readonly timeout?: number } = {}) {
  const server = await natsServer();
  onTestFinished(() => server.kill());
  const cluster = await natsCluster(server.url, { run, silence, ...options });
  onTestFinished(() => cluster.close());
  return { server, cluster };
}

/** A worker in this process, to the end of the test. */
function servedHere(url: string): void {
  const leaving = new AbortController();
  const serving = serve(url, computeGate, { run, signal: leaving.signal });
  onTestFinished(async () => {
    leaving.abort();
    await serving;
  });
}

describe.skipIf(!hasNatsServer)('natsCluster', () => {
  faultTests('natsCluster', async (count) => {
    const { server, cluster } = await started();
    return { server, cluster, workers: await workersOf(cluster, server.url, run, count) };
  });

  it('takes over the workers of a learner that was killed, whose tasks are dropped', async () => {
    const server = await natsServer();
    onTestFinished(() => server.kill());
    const { tasks, expected, gateOf, holders, open } = gates(2);
    const first = program('learner-program.ts', server.url, run, gateOf('').folder);
    program('worker-program.ts', server.url, run);
    await expect.poll(() => holders().length).toBe(1);
    first.kill('SIGKILL');
    const cluster = await natsCluster(server.url, { run, silence });
    onTestFinished(() => cluster.close());
    const results = cluster.map(tasks);
    open();
    expect(texts(await results)).toEqual(expected);
  });

  it('refuses to be the second learner of a run, and leaves the first alone', async () => {
    const { server, cluster } = await started();
    servedHere(server.url);
    await expect(natsCluster(server.url, { run })).rejects.toThrow('run faults has a learner');
    const { tasks, expected, open } = gates(2);
    open();
    expect(texts(await cluster.map(tasks))).toEqual(expected);
  });

  it('answers its workers while its own thread is blocked', async () => {
    const { server, cluster } = await started();
    await workersOf(cluster, server.url, run, 1);
    const { tasks, expected, open } = gates(3);
    open();
    const results = cluster.map(tasks);
    // Longer than the silence after which a worker counts as lost.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500 * silence);
    expect(texts(await results)).toEqual(expected);
    await expect.poll(() => cluster.workers().map(({ computed }) => computed)).toEqual([3]);
  });

  it('says so where the server is away for longer than the timeout, and so does a worker', async () => {
    const { server, cluster } = await started({ timeout: 1 });
    const { tasks, holders } = gates(1);
    const ends = [serve(server.url, computeGate, { run, timeout: 1 }), cluster.map(tasks)].map((end) =>
      end.then(
        () => 'well',
        (error: Error) => error.message,
      ),
    );
    await expect.poll(() => holders().length).toBe(1);
    await server.kill();
    const reason = `${server.url} has been away for 1 s, which is the timeout`;
    expect(await Promise.all(ends)).toEqual([`serve: ${reason}`, `natsCluster: ${reason}`]);
    await expect(cluster.share(new Uint8Array(1))).rejects.toThrow('has been away');
  });

  it('puts shared bytes anew that were damaged with the server', async () => {
    const { server, cluster } = await started();
    const bytes = new Uint8Array(PART + 10).fill(5);
    const shared = await cluster.share(bytes);
    const stranger = await connect({ servers: server.url });
    await stranger.request(namesOf(run).shared(shared, 1), new Uint8Array(10).fill(6));
    await stranger.close();
    servedHere(server.url);
    const { gateOf, open } = gates(0);
    open();
    const results = await cluster.map([gateTask(gateOf('task'), shared)]);
    expect(texts(results)).toEqual([gateResult(gateOf('task'), bytes)]);
  });

  it('has workers let go of shared bytes that are forgotten', async () => {
    const { server, cluster } = await started();
    servedHere(server.url);
    const stranger = await connect({ servers: server.url });
    onTestFinished(() => stranger.close());
    let reads = 0;
    stranger.subscribe(`$JS.API.DIRECT.GET.${namesOf(run).stream}.>`, { callback: () => void reads++ });
    await stranger.flush();
    const { gateOf, open } = gates(0);
    open();
    const bytes = Uint8Array.of(1, 2, 3);
    const use = async (): Promise<void> => {
      const shared = await cluster.share(bytes);
      const results = await cluster.map([gateTask(gateOf('task'), shared)]);
      expect(texts(results)).toEqual([gateResult(gateOf('task'), bytes)]);
    };
    await use();
    await use();
    await cluster.forget(await cluster.share(bytes));
    await use();
    await stranger.flush();
    expect(reads).toBe(2);
  });

  it('does not mind what strangers send', async () => {
    const { server, cluster } = await started();
    servedHere(server.url);
    await expect.poll(() => cluster.workers()).toHaveLength(1);
    const stranger = await connect({ servers: server.url });
    const bad = ['', 'x', '\0\0\0\x02[]', '\0\0\0\x02{}', '\xff\xff\xff\xff{}', '\0\0\0\x03{}'];
    const [{ name }] = cluster.workers();
    for (const kind of ['claim', 'beat', 'part', 'result', 'failed', 'missing', 'leave', 'none']) {
      for (const text of bad) stranger.publish(namesOf(run).asked(kind), Buffer.from(text, 'latin1'));
    }
    const { said, pieces } = namesOf(run);
    for (const subject of [said, pieces(name), pieces('nobody')]) {
      for (const text of bad) stranger.publish(subject, Buffer.from(text, 'latin1'));
    }
    await stranger.flush();
    await stranger.close();
    const { tasks, expected, open } = gates(2);
    open();
    expect(texts(await cluster.map(tasks))).toEqual(expected);
  });

  it('lets in whose first task is as it should be, and says to others why they are not', async () => {
    const server = await natsServer();
    onTestFinished(() => server.kill());
    const cluster = await natsCluster(server.url, {
      run,
      silence,
      admission: {
        task: { kind: 'threads', shared: [], data: new Uint8Array() },
        check: ([threads]) => (threads === 2 ? undefined : `${threads} threads, the run's are 2`),
      },
    });
    onTestFinished(() => cluster.close());
    const withThreads = (threads: number) => serve(server.url, async () => Uint8Array.of(threads), { run });
    await expect(withThreads(1)).rejects.toThrow(
      "the learner refuses this worker: 1 threads, the run's are 2",
    );
    expect(cluster.workers()).toEqual([]);
    const serving = withThreads(2);
    expect(await cluster.map([{ kind: 'other', shared: [], data: new Uint8Array() }])).toEqual([
      Uint8Array.of(2),
    ]);
    await cluster.close();
    await serving;
  });

  it('compares the results of two workers where `verify` says so', async () => {
    const server = await natsServer();
    onTestFinished(() => server.kill());
    const cluster = await natsCluster(server.url, { run, silence, verify: 1 });
    onTestFinished(() => cluster.close());
    const leaving = new AbortController();
    let sound = 5;
    const compute = [async () => Uint8Array.of(5), async () => Uint8Array.of(sound)];
    const serving = compute.map((each) => serve(server.url, each, { run, signal: leaving.signal }));
    onTestFinished(async () => {
      leaving.abort();
      await Promise.all(serving);
    });
    const tasks = Array.from({ length: 3 }, () => ({ kind: 'five', shared: [], data: new Uint8Array() }));
    expect(await cluster.map(tasks)).toEqual(tasks.map(() => Uint8Array.of(5)));
    await expect.poll(() => cluster.workers().map(({ computed }) => computed)).toEqual([3, 3]);
    sound = 6;
    const names = cluster.workers().map(({ name }) => name);
    const refusal = await cluster.map(tasks).catch(String);
    expect(refusal).toMatch(/the result of task \d \(five\) differs between /);
    for (const name of names) expect(refusal).toContain(name);
  });

  it('gets its task back from a worker that is told to leave', async () => {
    const { server, cluster } = await started();
    const leaving = new AbortController();
    const { tasks, expected, holders, open } = gates(1);
    const results = cluster.map(tasks);
    const serving = serve(server.url, computeGate, { run, signal: leaving.signal });
    await expect.poll(() => holders().length).toBe(1);
    leaving.abort();
    await serving;
    await expect.poll(() => cluster.workers()).toEqual([]);
    open();
    servedHere(server.url);
    expect(texts(await results)).toEqual(expected);
  });
});
