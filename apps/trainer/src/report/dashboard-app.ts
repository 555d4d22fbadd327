import { readFileSync } from 'node:fs';

import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';

import { readRun } from '../runs/recorded-run.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import { page } from './page.ts';
import { curvesOf } from './report-curves.ts';
import type { Film } from './report-film.ts';
import { comparison, configuration, episode, heading, learningCurves, overview } from './report-sections.ts';
import { standing } from './standing.ts';

const script = new URL('../../assets/dashboard.js', import.meta.url);

/** What there is to show. */
export interface Shown {
  readonly folder: RunFolder | undefined;
  readonly film: Film | undefined;
  /** how many films there were */
  readonly films: number;
}

interface Served {
  Bindings: HttpBindings;
}

/** The routes of the dashboard: its page, the page's script and the film. */
export function dashboardApp(shown: () => Shown): Hono<Served> {
  const app = new Hono<Served>();
  app.use(secureHeaders({ strictTransportSecurity: false, xFrameOptions: 'DENY' }));
  app.use(async (c, next) => {
    // Another name can be led to this machine by whoever owns it.
    const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${c.env.incoming.socket.localPort}`);
    if (!names.includes(c.req.header('host') ?? ''))
      return c.text('This page is for browsers on the machine that serves it.', 403);
    return c.req.method === 'GET' ? next() : c.text('There is nothing but pages to get.', 405);
  });
  let drawn = { rows: -1, pictures: Promise.resolve<string[]>([]) };
  app.get('/', async (c) => {
    const { folder, film, films } = shown();
    if (folder === undefined) return c.text('The run has not begun.', 503);
    const run = readRun(folder.dir);
    // Drawing takes longer than a browser waits before it asks again.
    if (drawn.rows !== run.rows.length) drawn = { rows: run.rows.length, pictures: curvesOf(run.rows) };
    return c.html(
      page({
        title: `${standing(run).sentence} · ${run.name}`,
        policy: `default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self' data:; connect-src 'self'`,
        head: html`<script src="/dashboard.js" type="module"></script>`,
        body: html`${heading(run)}
          <div id="note" role="status" hidden>
            No answer: the run has ended, or its program. What it left is in ${folder.dir}; report.html has it
            all.
          </div>
          ${overview(run)}
          <div class="pair">${comparison(run)} ${episode(film, `/episode.gif?${films}`)}</div>
          ${learningCurves(await drawn.pictures)} ${configuration(run.config)}`,
      }),
    );
  });
  app.get('/dashboard.js', (c) =>
    c.body(readFileSync(script, 'utf8'), 200, { 'Content-Type': 'text/javascript' }),
  );
  app.get('/episode.gif', (c) => {
    const { film } = shown();
    if (film === undefined) return c.notFound();
    return c.body(Uint8Array.from(film.gif), 200, { 'Content-Type': 'image/gif' });
  });
  return app;
}
