import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { natsConfig, userKey } from '@dppo/cluster';

import { certificatesFor } from './certificates.ts';
import type { ClusterInitOptions } from './init-options.ts';

const files = { config: 'nats.conf', ca: 'ca.crt', cert: 'server.crt', key: 'server.key' };

/**
 * `dppo cluster init`: what a NATS server needs to serve runs over TLS, with a key for each run's learner and one for its workers, and how
 * all three are started.
 */
export async function clusterInit(
  { outDir, host = [hostname()], port, runName }: ClusterInitOptions,
  say: (line: string) => void,
): Promise<void> {
  const keys = runName.map((run) => ({ run, learner: userKey(), worker: userKey() }));
  const { authority, certificate, key } = await certificatesFor(
    [...new Set([...host, 'localhost'])],
    new Date(),
  );
  // Relative to where the server is started, so the folder can be moved, or be another one in a container.
  const config = natsConfig({
    listen: `0.0.0.0:${port}`,
    store: 'store',
    tls: { cert: files.cert, key: files.key },
    runs: keys.map(({ run, learner, worker }) => ({ run, learner: learner.user, worker: worker.user })),
  });
  const texts = [
    [files.config, config],
    [files.ca, authority],
    [files.cert, certificate],
    [files.key, key],
    ...keys.flatMap(({ run, learner, worker }) => [
      [keyFile(run, 'learner'), `${learner.seed}\n`],
      [keyFile(run, 'worker'), `${worker.seed}\n`],
    ]),
  ];
  await mkdir(outDir, { recursive: true });
  for (const [name, text] of texts) {
    // Never in place of another file; secrets for their owner alone.
    await writeFile(join(outDir, name), text, { flag: 'wx', mode: name.endsWith('.key') ? 0o600 : 0o644 });
  }

  say(`wrote ${texts.map(([name]) => name).join(', ')} to ${outDir}; keep what ends in .key secret`);
  const [[name], [run]] = [host, runName];
  const url = `--cluster tls://${name}:${port} --ca ${files.ca}`;
  const own = (role: Role): string => `--credentials ${keyFile(run, role)} --run-name ${run}`;
  say(`on ${name}: cd ${outDir} && nats-server -c ${files.config}`);
  say(`with ${files.ca} and ${keyFile(run, 'learner')}: dppo finetune … ${url} ${own('learner')} --shards 4`);
  say(`on each machine with ${files.ca} and ${keyFile(run, 'worker')}: dppo worker ${url} ${own('worker')}`);
}

type Role = 'learner' | 'worker';

function keyFile(run: string, role: Role): string {
  return `${run}-${role}.key`;
}
