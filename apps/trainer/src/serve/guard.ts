import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { HTTPException } from 'hono/http-exception';

import { carries } from './token.ts';

/** Who may ask. */
export interface Access {
  /** Where the server listens. */
  readonly host: string;
  /** What whoever asks has to know, if anything. */
  readonly token?: string | undefined;
  /** Origins whose pages may ask. */
  readonly origins: readonly string[];
}

const thisMachine = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether only programs on this machine reach a host. */
export function isLoopback(host: string): boolean {
  return thisMachine.includes(urlHost(host));
}

/** A host as it stands in an address. */
export function urlHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** @throws HTTPException where a request is for another machine's name, or of a page whose origin may not ask */
export function checkSource({ headers, socket }: IncomingMessage, { host, origins }: Access): void {
  // Another name can be led to this machine by whoever owns it.
  if (isLoopback(host) && !thisMachine.some((name) => headers.host === `${name}:${socket.localPort}`))
    throw new HTTPException(403, {
      message: `host: found ${headers.host}, wanted localhost:${socket.localPort}`,
    });
  // No browser asks a server beforehand whether a page may open a WebSocket or send a form.
  const { origin } = headers;
  if (origin !== undefined && !origins.includes(origin))
    throw new HTTPException(403, {
      message: `origin: found ${origin}, whose pages may not ask; --allow-origin lets them`,
    });
}

/** @throws HTTPException where a request does not carry the token */
export function checkToken({ headers }: IncomingMessage, { token }: Access): void {
  if (token !== undefined && !carries(token, headers))
    throw new HTTPException(401, {
      message:
        'wanted the token of this server: Authorization: Bearer TOKEN, or the subprotocol bearer.TOKEN',
    });
}
