import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { Registry } from 'prom-client';

import { type Access, checkSource, checkToken } from './guard.ts';
import { bytesOf, jsonIn, mostBytes, type Question, questionIn, questionOf, type Sizes } from './question.ts';
import type { ServerMetrics, Transport } from './server-metrics.ts';

/** What a server answers with. */
export interface Service {
  readonly sizes: Sizes & { readonly actionDim: number };
  /** What the policy is, as `GET /policy` says it. */
  readonly about: object;
  readonly metrics: ServerMetrics;
  /** The chunks that are asked for, and the milliseconds that they took. @throws HTTPException */
  readonly answer: (question: Question, transport: Transport) => Promise<Answered>;
  /** Whether it ends, and takes no more questions. */
  readonly ending: () => boolean;
}

export interface Answered {
  readonly chunks: readonly Float32Array[];
  readonly ms: number;
}

interface Served {
  Bindings: HttpBindings;
}

const routes = { '/act': 'POST', '/policy': 'GET', '/health': 'GET', '/metrics': 'GET' } as const;

/** The routes of the server: questions, and what is known about policy and server. */
export function serveApp(service: Service, access: Access): Hono<Served> {
  const { sizes, about, metrics, answer, ending } = service;
  const app = new Hono<Served>();
  app.onError((error, c) => {
    const status = error instanceof HTTPException ? error.status : 500;
    if (status === 401) c.header('WWW-Authenticate', 'Bearer');
    if (status === 503) c.header('Retry-After', '1');
    return c.json({ error: error.message }, status);
  });
  app.notFound((c) => {
    const allowed = Object.entries(routes).find(([path]) => path === c.req.path)?.[1];
    if (allowed === undefined)
      return c.json({ error: `found ${c.req.path}, wanted one of ${Object.keys(routes).join(', ')}` }, 404);
    c.header('Allow', allowed);
    return c.json({ error: `found ${c.req.method} ${c.req.path}, wanted ${allowed}` }, 405);
  });
  app.use(async (c, next) => {
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    metrics.counted('http', c.res.status);
  });
  app.use(async (c, next) => {
    checkSource(c.env.incoming, access);
    await next();
  });
  if (access.origins.length > 0) {
    const origin = [...access.origins];
    app.use(
      cors({
        origin,
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['Authorization', 'Content-Type'],
        maxAge: 600,
      }),
    );
  }
  app.get('/health', (c) => c.json({ status: ending() ? 'ending' : 'ok' }, ending() ? 503 : 200));
  app.use(async (c, next) => {
    checkToken(c.env.incoming, access);
    await next();
  });
  app.get('/policy', (c) => c.json(about));
  app.get('/metrics', async (c) =>
    c.body(await metrics.text(), 200, { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE }),
  );
  app.post('/act', async (c) => {
    if (ending()) throw new HTTPException(503, { message: 'the server is ending' });
    const { 'content-length': length, 'content-type': type = 'nothing' } = c.req.header();
    if (length === undefined) throw new HTTPException(411, { message: 'wanted Content-Length' });
    if (Number(length) > mostBytes(sizes))
      throw new HTTPException(413, {
        message: `found ${length} bytes, wanted at most ${mostBytes(sizes)}`,
      });
    if (type === 'application/octet-stream') {
      const question = questionIn(new Uint8Array(await c.req.arrayBuffer()), sizes);
      const { chunks } = await answer(question, 'http');
      return c.body(bytesOf(chunks), 200, { 'Content-Type': type });
    }
    if (!/^application\/json *(;|$)/i.test(type))
      throw new HTTPException(415, {
        message: `Content-Type: found ${type}, wanted application/json or application/octet-stream`,
      });
    const question = questionOf(jsonIn(await c.req.text(), sizes), sizes);
    return c.json(asJson(question, await answer(question, 'http'), sizes));
  });
  return app;
}

/** An answer in JSON: a chunk as a list of actions, where several were asked for as a list of chunks. */
export function asJson(
  { several }: Question,
  { chunks, ms }: Answered,
  { actionDim }: Service['sizes'],
): object {
  const lists = chunks.map((chunk) =>
    Array.from({ length: chunk.length / actionDim }, (_, i) => [
      ...chunk.subarray(i * actionDim, (i + 1) * actionDim),
    ]),
  );
  return { actions: several ? lists : lists[0], ms: Math.round(1000 * ms) / 1000 };
}
