import { existsSync } from 'node:fs';

import type { ServerOptions } from '@dppo/cluster';

import type { Connection } from './cluster-options.ts';
import { credentialsFrom } from './credentials.ts';

/**
 * How the server of a cluster is reached, as options say.
 *
 * @throws Error naming what of URL or options cannot be, before anything is connected
 */
export function serverOf(
  url: string,
  { credentials, ca, insecure, runName: run, clusterTimeout: timeout }: Connection,
): ServerOptions {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && parsed.username + parsed.password !== '')
    throw new Error(
      '--cluster: found a password in the URL, which lists of processes show; wanted --credentials FILE or DPPO_CREDENTIALS',
    );
  if (!/^(nats|tls):$/.test(parsed?.protocol ?? '') || parsed?.hostname === '')
    throw new Error(`--cluster: found ${JSON.stringify(url)}, wanted tls://HOST:PORT`);
  if (parsed?.protocol === 'nats:' && !insecure && !isHere(parsed.hostname))
    throw new Error(
      `--cluster: found ${url}, plain text to another machine, wanted tls://, or --insecure to allow it`,
    );
  if (ca !== undefined && !existsSync(ca)) throw new Error(`--ca ${ca}: no such file`);
  return { run, seed: credentialsFrom(credentials), ca, insecure, timeout };
}

function isHere(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}
