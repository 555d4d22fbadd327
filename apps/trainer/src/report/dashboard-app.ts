import { readFileSync } from 'node:fs';

import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

import type { Film } from './report-film.ts';

const script = new URL('../../assets/dashboard.js', import.meta.url);

/** What is served. */
export interface Pages {
  /** The page about the run; undefined before there is one. */
  readonly page: () => Promise<string | undefined>;
  readonly film: () => Film | undefined;
}

interface Served {
  Bindings: HttpBindings;
}

/** The routes of the dashboard: its page, the page's script and the film. */
export function dashboardApp({ page, film }: Pages): Hono<Served> {
  const app = new Hono<Served>();
  app.use(secureHeaders({ strictTransportSecurity: false, xFrameOptions: 'DENY' }));
  app.use(async (c, next) => {
    // Another name can be led to this machine by whoever owns it.
    const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${c.env.incoming.socket.localPort}`);
    if (!names.includes(c.req.header('host') ?? ''))
      return c.text('This page is for browsers on the machine that serves it.', 403);
    return c.req.method === 'GET' ? next() : c.text('There is nothing but pages to get.', 405);
  });
  app.onError((error, c) => c.text(error.message, 500));
  app.get('/', async (c) => {
    const text = await page();
    return text === undefined ? c.text('The run has not begun.', 503) : c.html(text);
  });
  app.get('/dashboard.js', (c) =>
    c.body(readFileSync(script, 'utf8'), 200, { 'Content-Type': 'text/javascript' }),
  );
  app.get('/episode.gif', (c) => {
    const shown = film();
    if (shown === undefined) return c.notFound();
    return c.body(Uint8Array.from(shown.gif), 200, { 'Content-Type': 'image/gif' });
  });
  return app;
}
