import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

import { createAdaptorServer } from '@hono/node-server';

import { dashboardApp } from './dashboard-app.ts';
import type { FromDashboard, ToDashboard } from './dashboard-thread.ts';
import { filmThread } from './film-thread.ts';
import { livePage, type Shown } from './live-page.ts';
import { seldom } from './seldom.ts';
import type { SentPolicy } from './sent-policy.ts';

let shown: Shown = { film: undefined, films: 0 };
let page: () => Promise<string | undefined> = () => Promise.resolve(undefined);
parentPort?.on('message', (told: ToDashboard) => {
  if ('dir' in told) page = seldom(livePage(told.dir, () => shown));
  else latest = told.policy;
});

let latest: SentPolicy | undefined;
let played: SentPolicy | undefined;
const film = filmThread();
/** Films the latest policy, where someone asks for the page. */
let refilm = seldom(
  async () => {
    if (latest === undefined || latest === played) return;
    played = latest;
    const made = await film(latest);
    if (made !== undefined) shown = { film: made, films: shown.films + 1 };
  },
  { longest: Infinity },
);

function watched(): Promise<string | undefined> {
  refilm().catch((error: unknown) => {
    refilm = () => Promise.resolve();
    tell({ less: `no films: ${error instanceof Error ? error.message : String(error)}` });
  });
  return page();
}

const app = dashboardApp({ page: watched, film: () => shown.film });
const server = createAdaptorServer({
  fetch: app.fetch,
  // Who says nothing gives way to who does.
  serverOptions: { headersTimeout: 2000, requestTimeout: 5000, connectionsCheckingInterval: 500 },
});
server.maxConnections = 64;
const { port }: { readonly port: number } = workerData;
try {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  tell({ port: typeof address === 'object' && address !== null ? address.port : port });
} catch (error) {
  tell({ refused: error instanceof Error ? error.message : String(error) });
}

function tell(what: FromDashboard): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(what);
}
