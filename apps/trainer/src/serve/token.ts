import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { secretText } from '../options/secret-text.ts';

/** What stands before the token where it is named as a subprotocol, the one header that a browser lets a page set. */
const asProtocol = 'bearer.';

/**
 * The token in `file`, else the one in the environment variable DPPO_TOKEN; undefined where there is neither.
 *
 * @throws Error where the file cannot be read, or the token is too short to be secret or cannot stand in a header
 */
export function tokenFrom(file: string | undefined): string | undefined {
  const { place, text: whole } = secretText(file, {
    option: '--token-file',
    variable: 'DPPO_TOKEN',
    what: 'a token',
    mostBytes: 4096,
  });
  const text = whole?.trim();
  if (text === undefined || (text === '' && file === undefined)) return undefined;
  if (!/^[A-Za-z0-9._~-]{16,}$/.test(text))
    throw new Error(
      `${place}: found ${text.length} characters that are no token, wanted at least 16 of A-Z, a-z, 0-9 and . _ ~ -, such as openssl rand -hex 32 makes`,
    );
  return text;
}

/** Whether a request carries the token: as a bearer, or as the subprotocol `bearer.TOKEN`. */
export function carries(
  token: string,
  { authorization = '', 'sec-websocket-protocol': protocols = '' }: IncomingHttpHeaders,
): boolean {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const named = protocols
    .split(',')
    .map((name) => name.trim())
    .find((name) => name.startsWith(asProtocol));
  const given = bearer ?? named?.slice(asProtocol.length) ?? '';
  // Hashes have one length, and take the same time to compare wherever they differ.
  return timingSafeEqual(hash(given), hash(token));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
