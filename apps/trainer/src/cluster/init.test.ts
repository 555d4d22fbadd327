import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Compute, natsCluster, serve } from '@dppo/cluster';
import { hasNatsServer, natsServer } from '@dppo/testing/nats-server';
import { expect, it, onTestFinished } from 'vitest';

import { clusterInit } from './init.ts';
import { clusterInitOptions } from './init-options.ts';

const double: Compute = async ({ data }) => data.map((value) => 2 * value);

/** What `dppo cluster init` writes and says. */
async function made(outDir: string, options: object = {}) {
  const said: string[] = [];
  await clusterInit(clusterInitOptions.parse({ outDir, ...options }), (line) => void said.push(line));
  return { said, text: (name: string) => readFileSync(join(outDir, name), 'utf8') };
}

it.skipIf(!hasNatsServer)(
  'lets learner and workers of a run in, with their keys and over TLS alone',
  async () => {
    const runName = ['r1', 'r2'];
    let folder = '';
    const server = await natsServer(async ({ folder: outDir, listen }) => {
      const [address, port] = listen.split(':');
      folder = outDir;
      const { text } = await made(outDir, { runName, port: Number(port), host: ['nats.lab'] });
      return text('nats.conf').replace('0.0.0.0', address);
    });
    onTestFinished(() => server.kill());
    const ca = join(folder, 'ca.crt');
    const seed = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
    const url = `tls://localhost:${server.port}`;
    const r1 = { run: 'r1', ca };

    const learner = await natsCluster(url, { ...r1, seed: seed('r1-learner.key') });
    const serving = serve(url, double, { ...r1, seed: seed('r1-worker.key') });
    expect(await learner.map([{ kind: 'double', shared: [], data: Uint8Array.of(3) }])).toEqual([
      Uint8Array.of(6),
    ]);
    expect(readdirSync(folder)).toContain('store');

    const other = serve(url, double, { ...r1, seed: seed('r2-worker.key') });
    await expect(other).rejects.toThrow(/^serve: .* refuses this key for run r1: [^\n]*$/);
    const plain = serve(`nats://nats.lab:${server.port}`, double, { ...r1, seed: seed('r1-worker.key') });
    await expect(plain).rejects.toThrow(/^serve: .* is plain text to another machine; expected tls:/);
    await learner.close();
    await serving;
  },
);

it('makes a certificate for the names of the server, and keys that their owner alone reads', async () => {
  const outDir = join(mkdtempSync(join(tmpdir(), 'init-')), 'nats');
  const { said, text } = await made(outDir, { host: ['nats.lab', 'b.lab'], port: 4333 });
  const [authority, certificate] = ['ca.crt', 'server.crt'].map((name) => new X509Certificate(text(name)));
  expect(certificate.subjectAltName).toBe('DNS:nats.lab, DNS:b.lab, DNS:localhost');
  expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
  expect([authority.ca, certificate.ca]).toEqual([true, false]);
  const open = readdirSync(outDir).filter((name) => (statSync(join(outDir, name)).mode & 0o077) !== 0);
  expect(open.toSorted()).toEqual(['ca.crt', 'nats.conf', 'server.crt']);
  expect(said.slice(1)).toEqual([
    `on nats.lab: cd ${outDir} && nats-server -c nats.conf`,
    'with ca.crt and run-learner.key: dppo finetune … --cluster tls://nats.lab:4333 --ca ca.crt --credentials run-learner.key --run-name run --shards 4',
    'on each machine with ca.crt and run-worker.key: dppo worker --cluster tls://nats.lab:4333 --ca ca.crt --credentials run-worker.key --run-name run',
  ]);
  await expect(made(outDir)).rejects.toThrow('EEXIST');
});

it.each([
  [{ host: ['10.0.0.1'] }, 'not an address'],
  [{ host: ['a b'] }, 'the name of a machine'],
  [{ runName: ['a.b'] }, 'letters, digits'],
  [{ runName: ['a', 'a'] }, 'each name once'],
])('refuses %j', (options, reason) => {
  expect(() => clusterInitOptions.parse({ outDir: 'nats', ...options })).toThrow(reason);
});
