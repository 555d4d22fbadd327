import { parentPort, workerData } from 'node:worker_threads';

import type { Answer } from './batches.ts';
import { openServer, type OpenServer, type ServerConfig } from './server.ts';
import type { FromServer, ToServer } from './server-thread.ts';

const { config }: { readonly config: ServerConfig } = workerData;
let answered: (answers: readonly Answer[]) => void = () => {};
let server: OpenServer | undefined;

parentPort?.on('message', (told: ToServer) => {
  if ('answers' in told) answered(told.answers);
  else void server?.end().then((total) => tell({ total }));
});

try {
  server = await openServer(config, (asked) => {
    const answers = new Promise<readonly Answer[]>((resolve) => (answered = resolve));
    tell({ asked });
    return answers;
  });
  tell({ port: server.port });
} catch (error) {
  tell({ refused: error instanceof Error ? error.message : String(error) });
}

function tell(what: FromServer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(what);
}
