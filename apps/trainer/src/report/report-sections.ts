import { html, raw } from 'hono/html';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { expertOptions } from '../pretrain/expert-options.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import type { Evaluated } from '../runs/metrics-file.ts';
import { printableInLine } from '../output/printable.ts';
import { provenance } from '../runs/provenance.ts';
import { latest, type RecordedRun } from '../runs/recorded-run.ts';
import { results } from '../runs/results.ts';
import type { Html } from './page.ts';
import { type Comparison, nearestOptions } from './report-baseline.ts';
import type { Film } from './report-film.ts';
import { duration, standing } from './standing.ts';

/** A run's name, and what was run where and when. */
export function heading({ name, config, history }: RecordedRun): Html {
  return html`<header id="heading" data-live>
    <h1>${name}</h1>
    ${provenance([{ config, history }]).map((line) => html`<p>${line}</p>`)}
    ${history.flatMap(({ notes = [] }) => notes).map((note) => html`<p>${printableInLine(note)}</p>`)}
  </header>`;
}

/** How far a run is. */
export function overview(run: RecordedRun): Html {
  const { rows } = run;
  const { sentence, share } = standing(run);
  const came = results(run);
  return html`<section id="overview" data-live>
    <p id="standing">${sentence}</p>
    ${share !== undefined && html`<progress aria-label="progress" value="${share}"></progress>`}
    <dl class="facts">
      <div>
        <dt>iteration</dt>
        <dd id="iteration">${latest(rows, 'iteration') || 0}</dd>
      </div>
      ${fact('environment steps', latest(rows, 'time/env_steps'))}
      ${fact('time', duration(latest(rows, 'time/seconds')))}
      ${fact('return before', came?.before.mean ?? NaN)} ${fact('best return', came?.best.mean ?? NaN)}
      ${fact('steps per second', latest(rows, 'time/fps'))}
    </dl>
  </section>`;
}

/** A number or a text with its name; nothing where there is none. */
export function fact(name: string, value: number | string): Html | undefined {
  const text = typeof value === 'string' ? value : number(value);
  return text === ''
    ? undefined
    : html`<div>
        <dt>${name}</dt>
        <dd>${text}</dd>
      </div>`;
}

/** What a run began with, ended with and chose, side by side. */
export function comparison(run: RecordedRun): Html {
  const came = results(run);
  if (came === undefined) return html`<section id="comparison" data-live></section>`;
  const columns = [came.before, came.after, came.best];
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
    <p>
      ${
        came.independent
          ? 'On episodes that began otherwise than those of training and those that chose the best.'
          : 'On the episodes that chose the best: its return is flattered.'
      }
    </p>
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

/** The options in which a run differs from what is known, then, folded, all of them with what they mean. */
export function configuration(config: RecordedRun['config']): Html {
  const all = Object.entries(config);
  if (all.length === 0) return html`<section id="options"></section>`;
  const meaning: Readonly<Record<string, { readonly description?: string | undefined }>> = {
    ...expertOptions.shape,
    ...pretrainOptions.shape,
    ...finetuneOptions.shape,
  };
  const nearest = nearestOptions(config);
  return html`<section id="options">
    <h2>Options</h2>
    ${nearest && differing(nearest)}
    <details>
      <summary>All ${all.length} options</summary>
      <table class="options">
        <thead>
          <tr>
            <th scope="col">option</th>
            <th scope="col">value</th>
            <th scope="col">meaning</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            ([name, value]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${shown(value)}</td>
                <td>${meaning[name]?.description}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </section>`;
}

function differing({ with: other, differences }: Comparison): Html {
  if (differences.length === 0) return html`<p>As in ${other}.</p>`;
  return html`<p>As in ${other}, but for these:</p>
    <table id="differences" class="differences">
      <thead>
        <tr>
          <th scope="col">option</th>
          <th scope="col">here</th>
          <th scope="col">there</th>
        </tr>
      </thead>
      <tbody>
        ${differences.map(
          ({ name, value, there }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${shown(value)}</td>
              <td>${shown(there)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function shown(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A count or a return; nothing where there is none. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '';
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 });
}
