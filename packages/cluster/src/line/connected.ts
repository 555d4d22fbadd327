import { readFile } from 'node:fs/promises';
import { type NatsConnection, connect, errors, nkeyAuthenticator } from '@nats-io/transport-node';

import { type Role, namesOf } from '../names.ts';
import type { Server } from '../server.ts';

/** A connection that comes back by itself. */
export interface Connected {
  readonly nats: NatsConnection;
  /** Since when, in ms, there is a connection; undefined: there is none now. */
  readonly up: () => number | undefined;
}

/** Who hears of a connection. */
export interface Hears {
  /** There will be none any more, and why. */
  readonly gone: (error: Error) => void;
  /** There is one again; what was on its way is lost. */
  readonly back: () => void;
}

/** Connects as one of a role. Rejects with a sentence where there is none now. */
export async function connected(server: Server, role: Role, { gone, back }: Hears): Promise<Connected> {
  const nats = await connect({
    servers: server.url,
    name: `dppo ${server.run} ${role}`,
    inboxPrefix: namesOf(server.run).inbox(role),
    ...(server.seed !== undefined && {
      authenticator: nkeyAuthenticator(new TextEncoder().encode(server.seed)),
    }),
    ...(server.secure && { tls: server.ca === undefined ? {} : { ca: await readFile(server.ca, 'utf8') } }),
    noEcho: true,
    noAsyncTraces: true,
    // Only the server that was named, and checked, is talked to.
    ignoreClusterUpdates: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: 10_000,
    timeout: 10_000,
  }).catch((error: unknown) => {
    throw new Error(refusal(server, error), { cause: error });
  });
  let up: number | undefined = performance.now();
  let waiting: NodeJS.Timeout | undefined;
  const watch = async (): Promise<void> => {
    for await (const status of nats.status()) {
      const { type } = status;
      if (type === 'error' && status.error instanceof errors.PermissionViolationError) {
        gone(new Error(`${server.url} refuses this key for run ${server.run}: ${status.error.message}`));
      } else if (type === 'disconnect') {
        up = undefined;
        const error = new Error(`${server.url} has been away for ${server.timeout} s, which is the timeout`);
        waiting ??= setTimeout(() => gone(error), server.timeout * 1000);
      } else if (type === 'reconnect') {
        up = performance.now();
        clearTimeout(waiting);
        waiting = undefined;
        back();
      }
    }
  };
  void watch();
  void nats.closed().then((error) => {
    clearTimeout(waiting);
    gone(new Error(error ? refusal(server, error) : `the connection to ${server.url} is closed`));
  });
  return { nats, up: () => up };
}

function refusal({ url }: Server, error: unknown): string {
  if (error instanceof errors.AuthorizationError) return `${url} refuses these credentials, or asks for some`;
  if (error instanceof errors.UserAuthenticationExpiredError) return `${url}: these credentials have expired`;
  const message = error instanceof Error ? error.message : 'it ended the connection';
  return `no connection to ${url}: ${message}`;
}
