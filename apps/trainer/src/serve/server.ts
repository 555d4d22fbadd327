import { once } from 'node:events';
import { createServer } from 'node:http';

import { getRequestListener } from '@hono/node-server';

import { batches, type Compute } from './batches.ts';
import type { Access } from './guard.ts';
import { serveApp, type Service } from './serve-app.ts';
import { serverMetrics } from './server-metrics.ts';
import { openSockets } from './sockets.ts';

/** What is served, to whom. */
export interface ServerConfig {
  readonly access: Access;
  /** 0 for a free one. */
  readonly port: number;
  readonly sizes: Service['sizes'];
  /** What `GET /policy` answers. */
  readonly about: object;
  /** How long clients may be silent, milliseconds. */
  readonly patience: Patience;
}

/** Milliseconds. */
export interface Patience {
  /** For the head of a request, from the opening of a connection or the last answer. */
  readonly head: number;
  /** For all of a request. */
  readonly request: number;
  /** Between a ping over a WebSocket and what comes back. */
  readonly ping: number;
}

/** Of the command. */
export const patience: Patience = { head: 10_000, request: 20_000, ping: 15_000 };

/** Connections that are open at once; further ones are closed. */
const mostConnections = 256;

/** How long clients may take for an answer that is on its way when the server ends, milliseconds. */
const leave = 2000;

/** A server that listens. */
export interface OpenServer {
  readonly port: number;
  /** Takes no more questions, answers those that it has, and ends; how many observations it answered in all. */
  end(): Promise<number>;
}

/** @throws Error of the system where nobody can listen there */
export async function openServer(
  { access, port, sizes, about, patience: { head, request, ping } }: ServerConfig,
  compute: Compute,
): Promise<OpenServer> {
  let isEnding = false;
  let total = 0;
  const queue = batches(sizes.maxBatch, (asked) => {
    metrics.batch(asked.length);
    return compute(asked);
  });
  const metrics = serverMetrics(sizes.maxBatch, {
    waiting: () => queue.waiting(),
    sockets: () => sockets.count(),
  });
  const service: Service = {
    sizes,
    about,
    metrics,
    ending: () => isEnding,
    answer: async ({ asked }, transport) => {
      const began = performance.now();
      const chunks = await queue.ask(asked);
      const ms = performance.now() - began;
      metrics.took(transport, ms / 1000);
      total += chunks.length;
      return { chunks, ms };
    },
  };
  const server = createServer(
    {
      // Who says nothing gives way to who does.
      headersTimeout: head,
      requestTimeout: request,
      connectionsCheckingInterval: head / 4,
      // Robots that pause keep their connection.
      keepAliveTimeout: 3 * head,
    },
    getRequestListener(serveApp(service, access).fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = mostConnections;
  const sockets = openSockets(server, service, access, { pingEvery: ping });
  server.listen(port, access.host);
  await once(server, 'listening');
  // A connection that the system cannot open now is its client's to try again.
  server.on('error', () => {});
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    end: async () => {
      isEnding = true;
      const closed = once(server, 'close');
      server.close();
      await queue.idle();
      // Their answers are written by then.
      await new Promise(setImmediate);
      sockets.close();
      const letGo = setInterval(() => server.closeIdleConnections(), 50);
      const cut = setTimeout(() => server.closeAllConnections(), leave);
      await closed;
      clearInterval(letGo);
      clearTimeout(cut);
      return total;
    },
  };
}
