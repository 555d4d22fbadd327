import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';

import { type NatsServer, hasNatsServer, natsServer } from '@dppo/testing/nats-server';

import { natsCluster } from './nats-cluster.ts';
import { serve } from './serve.ts';
import { clusterTests } from './testing/index.ts';

describe.skipIf(!hasNatsServer)('on a server,', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await natsServer();
  });
  afterAll(() => server.kill());

  let runs = 0;

  clusterTests('natsCluster', async (compute) => {
    const run = `run-${runs++}`;
    const cluster = await natsCluster(server.url, { run });
    const leaving = new AbortController();
    const serving = serve(server.url, compute, { run, signal: leaving.signal });
    onTestFinished(async () => {
      leaving.abort();
      await serving;
    });
    return cluster;
  });
});
