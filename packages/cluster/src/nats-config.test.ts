import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasNatsServer, natsServer } from '@dppo/testing/nats-server';
import { type NatsConnection, connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { type Role, namesOf } from './names.ts';
import { natsCluster } from './nats-cluster.ts';
import { type RunUsers, natsConfig, userKey } from './nats-config.ts';
import { serve } from './serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'nats-tls-'));
const [cert, key] = ['cert.pem', 'key.pem'].map((file) => join(folder, file));
const keysOf = {
  mine: { learner: userKey(), worker: userKey() },
  other: { learner: userKey(), worker: userKey() },
};
const runs = Object.entries(keysOf).map(([run, { learner, worker }]): RunUsers => ({
  run,
  learner: learner.user,
  worker: worker.user,
}));

let server: Awaited<ReturnType<typeof natsServer>>;
let url = '';
const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0);

/** What a stranger can do who has a key. */
async function connected(
  run: keyof typeof keysOf,
  role: Role,
): Promise<NatsConnection & { refused: string[] }> {
  const nats = await connect({
    servers: `localhost:${server.port}`,
    tls: { ca: readFileSync(cert, 'utf8') },
    inboxPrefix: namesOf(run).inbox(role),
    authenticator: nkeyAuthenticator(new TextEncoder().encode(keysOf[run][role].seed)),
  });
  onTestFinished(() => nats.close());
  const refused: string[] = [];
  void (async () => {
    for await (const status of nats.status()) if (status.type === 'error') refused.push(status.error.message);
  })();
  return Object.assign(nats, { refused });
}

describe.skipIf(!hasNatsServer)('a server with the configuration of natsConfig', () => {
  beforeAll(async () => {
    const about = ['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...about],
      {
        stdio: 'ignore',
      },
    );
    server = await natsServer(({ listen, store }) => natsConfig({ listen, store, tls: { cert, key }, runs }));
    url = `tls://localhost:${server.port}`;
  });
  afterAll(() => server.kill());

  it('lets learner and workers of a run do their work, over TLS, with 15 MB of shared bytes', async () => {
    const own = { run: 'mine', ca: cert };
    const cluster = await natsCluster(url, { ...own, seed: keysOf.mine.learner.seed });
    onTestFinished(() => cluster.close());
    const leaving = new AbortController();
    const serving = serve(
      url,
      async ({ shared, data }, get) => Uint8Array.of(...data, sum(await get(shared[0])) % 251),
      { ...own, seed: keysOf.mine.worker.seed, signal: leaving.signal },
    );
    onTestFinished(async () => {
      leaving.abort();
      await serving;
    });
    const shared = await cluster.share(new Uint8Array(15_000_000).fill(3));
    const tasks = [1, 2].map((i) => ({ kind: 'sum', shared: [shared], data: Uint8Array.of(i) }));
    expect(await cluster.map(tasks)).toEqual([1, 2].map((i) => Uint8Array.of(i, 45_000_000 % 251)));
    await cluster.forget(shared);
  });

  it.for([
    ['answer as the learner does', `dppo.mine.learner`],
    ['say that the run is over', 'dppo.mine.say'],
    ['hand tasks to other workers', '_DPPO.mine.worker.x.1'],
    ['overwrite shared bytes', namesOf('mine').shared('0'.repeat(64), 0)],
    ['take the stream away', '$JS.API.STREAM.DELETE.dppo-mine'],
    ['empty the stream', '$JS.API.STREAM.PURGE.dppo-mine'],
    ['list streams', '$JS.API.STREAM.NAMES'],
    ['ask the learner of another run', namesOf('other').asked('claim')],
    ['send pieces to the learner of another run', namesOf('other').pieces('x')],
    ['read shared bytes of another run', `$JS.API.DIRECT.GET.dppo-other.${namesOf('other').shared('0', 0)}`],
  ])('refuses a worker that wants to %s', async ([, subject]) => {
    const nats = await connected('mine', 'worker');
    nats.publish(subject, '{}');
    await nats.flush();
    await expect.poll(() => nats.refused.join()).toContain(`to "${subject}"`);
  });

  it.for([
    ['what workers ask', namesOf('mine').asked('*')],
    ['what workers send', namesOf('mine').pieces('>')],
    ["a learner's answers", '_DPPO.mine.learner.>'],
    ['another run', '_DPPO.other.worker.>'],
    ['everything', '>'],
  ])('refuses a worker that listens to %s', async ([, subject]) => {
    const nats = await connected('mine', 'worker');
    nats.subscribe(subject, { callback: () => {} });
    await nats.flush();
    await expect.poll(() => nats.refused.join()).toContain(`to "${subject}"`);
  });

  it('refuses the learner of one run in another, with a sentence', async () => {
    const seed = keysOf.other.learner.seed;
    await expect(natsCluster(url, { run: 'mine', ca: cert, seed })).rejects.toThrow(
      /^natsCluster: tls:.* refuses this key for run mine: Permissions Violation/,
    );
  });

  it('refuses the worker of one run in another, with a sentence', async () => {
    const seed = keysOf.other.worker.seed;
    const serving = serve(url, async () => new Uint8Array(), { run: 'mine', ca: cert, seed });
    await expect(serving).rejects.toThrow(
      /^serve: tls:.* refuses this key for run mine: Permissions Violation/,
    );
  });

  it('refuses a key that it does not know, no key, and a certificate of nobody', async () => {
    const { seed } = userKey();
    const refusal = 'refuses these credentials';
    await expect(natsCluster(url, { run: 'mine', ca: cert, seed })).rejects.toThrow(refusal);
    await expect(natsCluster(url, { run: 'mine', ca: cert })).rejects.toThrow(refusal);
    await expect(natsCluster(url, { run: 'mine', seed })).rejects.toThrow('self-signed certificate');
  });
});

it.skipIf(!hasNatsServer)('says so where a server has no JetStream, and where it has no TLS', async () => {
  const plain = await natsServer(({ listen }) => `listen: "${listen}"`);
  onTestFinished(() => plain.kill());
  await expect(natsCluster(plain.url, { run: 'r' })).rejects.toThrow(
    'has no JetStream; expected nats-server -js',
  );
  await expect(natsCluster(`tls://localhost:${plain.port}`, { run: 'r' })).rejects.toThrow(
    "does not support 'tls'",
  );
});

it.skipIf(!hasNatsServer)('says so where the server may keep less than is shared', async () => {
  const small = await natsServer(
    ({ listen, store }) => `listen: "${listen}"\njetstream { store_dir: "${store}", max_file_store: 1MB }`,
  );
  onTestFinished(() => small.kill());
  const cluster = await natsCluster(small.url, { run: 'r' });
  onTestFinished(() => cluster.close());
  await expect(cluster.share(new Uint8Array(3_000_000))).rejects.toThrow('refuses shared bytes: ');
});
