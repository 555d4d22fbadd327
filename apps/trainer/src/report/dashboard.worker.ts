import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

import { createAdaptorServer } from '@hono/node-server';

import { dashboardApp } from './dashboard-app.ts';
import type { FromDashboard, ToDashboard } from './dashboard-thread.ts';
import { livePage, type Shown } from './live-page.ts';
import { seldom } from './seldom.ts';

let shown: Shown = { film: undefined, films: 0 };
let page: () => Promise<string | undefined> = () => Promise.resolve(undefined);
parentPort?.on('message', (told: ToDashboard) => {
  if ('dir' in told) page = seldom(livePage(told.dir, () => shown));
  else shown = { film: told.film, films: shown.films + 1 };
});

const app = dashboardApp({ page: () => page(), film: () => shown.film });
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
