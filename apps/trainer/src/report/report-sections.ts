import { html, raw } from 'hono/html';

import { finetuneOptions } from '../commands/finetune.ts';
import type { Evaluated } from '../runs/metrics-file.ts';
import { latest, type RecordedRun } from '../runs/recorded-run.ts';
import type { Html } from './page.ts';
import type { Film } from './report-film.ts';

/** How far a run is. */
export function overview({ config, rows, evaluations }: RecordedRun): Html {
  const iteration = latest(rows, 'iteration') || 0;
  const first = evaluations.at(0)?.mean ?? NaN;
  const best = Math.max(...evaluations.map(({ mean }) => mean));
  return html`<section id="overview" data-live>
    <dl class="facts">
      <div>
        <dt>iteration</dt>
        <dd><span id="iteration">${iteration}</span> of ${config.iterations}</dd>
      </div>
      ${fact('environment steps', latest(rows, 'time/env_steps'))}
      ${fact('time', duration(latest(rows, 'time/seconds')))} ${fact('return before', first)}
      ${fact('best return', best)} ${fact('steps per second', latest(rows, 'time/fps'))}
    </dl>
    <progress aria-label="iterations" value="${iteration}" max="${config.iterations}"></progress>
  </section>`;
}

function fact(name: string, value: number | string): Html | undefined {
  const text = typeof value === 'string' ? value : number(value);
  return text === ''
    ? undefined
    : html`<div>
        <dt>${name}</dt>
        <dd>${text}</dd>
      </div>`;
}

/** The first evaluation, the last and the best side by side. */
export function comparison(evaluations: readonly Evaluated[]): Html {
  if (evaluations.length === 0) return html`<section id="comparison" data-live></section>`;
  const best = evaluations.reduce((one, other) => (other.mean > one.mean ? other : one));
  const columns = [evaluations[0], evaluations[evaluations.length - 1], best];
  const row = (name: string, of: (evaluation: Evaluated) => number): Html =>
    html`<tr>
      <th scope="row">${name}</th>
      ${columns.map((evaluation) => html`<td>${number(of(evaluation))}</td>`)}
    </tr>`;
  return html`<section id="comparison" data-live>
    <h2>Before and after</h2>
    <div class="scrolls">
      <table class="numbers">
        <thead>
          <tr>
            <td></td>
            <th scope="col">before</th>
            <th scope="col">after</th>
            <th scope="col">best</th>
          </tr>
        </thead>
        <tbody>
          ${row('iteration', ({ iteration }) => iteration)} ${row('mean return', ({ mean }) => mean)}
          ${row('standard deviation', ({ std }) => std)}
          ${row('episode length', ({ meanLength }) => meanLength)}
          ${row('episodes', ({ episodes }) => episodes)}
          ${row('environment steps', ({ envSteps }) => envSteps)}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** A film, from an address that may hold the film itself. */
export function episode(film: Pick<Film, 'about' | 'width' | 'height'> | undefined, src: string): Html {
  if (film === undefined) return html`<section id="episode" data-live></section>`;
  const { about, width, height } = film;
  return html`<section id="episode" data-live>
    <h2>An episode</h2>
    <figure>
      <img src="${src}" width="${width}" height="${height}" alt="${about}" />
      <figcaption>${about}</figcaption>
    </figure>
  </section>`;
}

export function learningCurves(pictures: readonly string[]): Html {
  if (pictures.length === 0) return html`<section id="curves" data-live></section>`;
  return html`<section id="curves" data-live>
    <h2>Learning curves</h2>
    <div class="curves">${pictures.map((svg) => html`<figure>${raw(svg)}</figure>`)}</div>
  </section>`;
}

/** All options with what they mean. */
export function configuration(config: RecordedRun['config']): Html {
  const meaning: Readonly<Record<string, { readonly description?: string | undefined }>> =
    finetuneOptions.shape;
  return html`<details open>
    <summary>Configuration</summary>
    <table class="options">
      <thead>
        <tr>
          <th scope="col">option</th>
          <th scope="col">value</th>
          <th scope="col">meaning</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(config).map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${typeof value === 'string' ? value : JSON.stringify(value)}</td>
              <td>${meaning[name]?.description}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

/** A count or a return; nothing where there is none. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '';
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 });
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
