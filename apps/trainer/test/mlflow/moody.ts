import { once } from 'node:events';
import { createServer } from 'node:http';

/** What a server does with what it is asked. */
type Mood = 'passes on' | 'hangs' | 'fails' | 'closes' | 'refuses';

/** Something in front of a server, whose mood may change. */
export interface Moody {
  readonly url: string;
  mood: Mood;
  /** Calls that it had, by their paths. */
  readonly asked: string[];
  /** What it was told of who asks. */
  readonly authorizations: (string | undefined)[];
  readonly stop: () => Promise<void>;
}

/** A server that passes on what it is asked to another, or does not. */
export async function moody(target: string): Promise<Moody> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    authorizations.push(request.headers.authorization);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (own.mood === 'hangs') return;
      if (own.mood === 'closes') return void request.socket.destroy();
      if (own.mood === 'fails') return void response.writeHead(500).end('<h1>Internal Server Error</h1>');
      if (own.mood === 'refuses') return void response.writeHead(401).end('You are not authenticated.');
      const { method = 'GET', headers } = request;
      const body = method === 'GET' ? null : Buffer.concat(chunks);
      const type = headers['content-type'] ?? 'text/plain';
      void fetch(`${target}${path}`, { method, body, headers: { 'content-type': type } }).then(
        async (answer) =>
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text()),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`found no port in ${address}`);
  const own: Moody = {
    url: `http://127.0.0.1:${address.port}`,
    mood: 'passes on',
    asked,
    authorizations,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return own;
}
