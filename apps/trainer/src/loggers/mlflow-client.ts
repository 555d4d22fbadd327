import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';

import { z } from 'zod';

import { printableInLine } from '../output/printable.ts';

/** A server of MLflow, by its REST API 2.0. */
export interface MlflowClient {
  readonly get: (path: string, query: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly post: (path: string, body: object) => Promise<unknown>;
  /** Stores a file, or bytes, under a path of the server's own artifacts. */
  readonly upload: (path: string, content: string | Uint8Array) => Promise<void>;
}

/** An answer other than success. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError';
  /** MLflow's name of what is wrong; undefined where the server does not say. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** Seconds in which a file is stored. */
const ofFile = 300;

/** Bytes of an answer; a run of ten thousand metrics takes two million. */
const mostAnswer = 2 ** 25;

const refusal = z.object({ error_code: z.string(), message: z.string().default('') });

/**
 * The address of a server, without a slash at its end.
 *
 * @throws RangeError where it is none, or names who asks: it would be kept with the run
 */
export function serverAt(text: string): string {
  const wanted = 'wanted the address of a server, such as http://127.0.0.1:5000';
  if (!URL.canParse(text)) throw new RangeError(`mlflow: found ${JSON.stringify(text)}, ${wanted}`);
  const { protocol, username, password, origin, pathname, search, hash } = new URL(text);
  if (username + password !== '')
    throw new RangeError(
      `mlflow: found a name or password in the address of ${origin}, wanted one without, MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD say them`,
    );
  if (!['http:', 'https:'].includes(protocol) || search + hash !== '')
    throw new RangeError(`mlflow: found ${JSON.stringify(text)}, ${wanted}`);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/**
 * Asks a server, which answers within MLFLOW_HTTP_REQUEST_TIMEOUT seconds, 30 by default, or counts as away.
 *
 * @param url - of the server, without its `/api`
 * @param env - also who asks: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN
 */
export function mlflowClient(url: string, env: NodeJS.ProcessEnv): MlflowClient {
  const authorization = authorizationBy(env);
  const seconds = Number(env['MLFLOW_HTTP_REQUEST_TIMEOUT']);
  const ofCall = seconds > 0 ? seconds : 30;
  const request = async (
    path: string,
    {
      headers,
      ...init
    }: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
    time = ofCall,
  ): Promise<unknown> => {
    const signal = AbortSignal.timeout(1000 * time);
    try {
      const asked = {
        ...init,
        headers: { ...headers, ...authorization },
        signal,
        redirect: 'manual',
      } as const;
      const response = await fetch(`${url}/api/2.0/${path}`, asked);
      return await answerOf(response, authorization === undefined ? 'nobody' : 'who asks');
    } catch (error) {
      if (error instanceof MlflowError) throw error;
      throw new MlflowError(signal.aborted ? `no answer within ${time} s` : causeOf(error));
    }
  };
  return {
    get: (path, query) => request(`mlflow/${path}?${new URLSearchParams(query).toString()}`, {}),
    post: (path, body) =>
      request(`mlflow/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    upload: async (path, content) => {
      const whole = path.split('/').map(encodeURIComponent).join('/');
      const [body, size] =
        typeof content === 'string'
          ? [Readable.toWeb(createReadStream(content)), statSync(content).size]
          : [content, content.length];
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
      const init = { method: 'PUT', headers, body, duplex: 'half' } as const;
      await request(`mlflow-artifacts/artifacts/${whole}`, init, ofFile);
    },
  };
}

/** What a header says of who asks, as MLflow's own client says it; undefined where nobody is named. */
function authorizationBy(env: NodeJS.ProcessEnv): { readonly authorization: string } | undefined {
  const {
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
    MLFLOW_TRACKING_TOKEN: token,
  } = env;
  if (user !== undefined && password !== undefined)
    return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  if (token === undefined) return undefined;
  // Else what refuses the header says all of it.
  if (!/^[!-~]+$/.test(token))
    throw new RangeError('MLFLOW_TRACKING_TOKEN: found other letters than a header may have');
  return { authorization: `Bearer ${token}` };
}

/** @throws MlflowError in words for any answer that is not MLflow's own to what it could do */
async function answerOf(response: Response, named: string): Promise<unknown> {
  const { status, headers } = response;
  const text = await textOf(response);
  // MLflow 3 says nothing of a file that it has stored.
  const json = text === '' ? {} : parsed(text);
  if (response.ok && json !== undefined) return json;
  const said = refusal.safeParse(json).data;
  const quoted = printableInLine((said?.message ?? text).split('\n')[0].slice(0, 200));
  if (status === 401 || status === 403)
    throw new MlflowError(
      `answered ${status} (${quoted}) where MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD, name ${named}`,
    );
  if (said !== undefined) throw new MlflowError(`answered ${status}: ${quoted}`, said.error_code);
  const place = headers.get('location');
  const found = place === null ? `"${quoted.slice(0, 60)}"` : `a way to ${printableInLine(place)}`;
  throw new MlflowError(`answered ${status} and ${found}, wanted an answer of MLflow`);
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > mostAnswer) throw new MlflowError(`answered with more than ${mostAnswer} characters`);
  }
  return text + decoder.decode();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the system says of a connection, where fetch says only that it failed. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message.split('\n')[0] || ('code' in cause ? String(cause.code) : cause.name);
}
