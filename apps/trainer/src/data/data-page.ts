import { isConstant } from '@dppo/env';
import { html, raw } from 'hono/html';

import { histogramPicture } from '../pictures/histogram.ts';
import { type Html, page } from '../report/page.ts';
import { fact } from '../report/report-sections.ts';
import { type Dimension, dimensionOf, type Summary } from './summary.ts';
import { short } from './summary-text.ts';

/** What a page about demonstrations says beside their numbers. */
export interface AboutData {
  /** The file or folder. */
  readonly name: string;
  readonly format: string;
  readonly obsKeys: readonly string[];
  /** Sentences about ranges, outliers and what is left out. */
  readonly remarks: readonly string[];
}

/** The text of a page about demonstrations, which needs no other file and no network. */
export async function dataPage(summary: Summary, about: AboutData): Promise<string> {
  const { name, format, obsKeys, remarks } = about;
  return page({
    title: `${name} · dppo`,
    policy: "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    body: html`<header id="heading">
        <h1>${name}</h1>
        <p>
          ${[format, ...(obsKeys.length > 0 ? [`observations are ${obsKeys.join(', ')}`] : [])].join(': ')}
        </p>
      </header>
      ${overview(summary)}
      ${remarks.length > 0 && html`<section id="remarks">${remarks.map((remark) => html`<p>${remark}</p>`)}</section>`}
      ${await episodes(summary)} ${await dimensions('observations', 'observation', summary.observations)}
      ${await dimensions('actions', 'action', summary.actions)}`,
  });
}

function overview({ episodes: count, steps, lengths, returns, ended }: Summary): Html {
  const { mean, std } = dimensionOf(Float32Array.from(returns));
  const sorted = lengths.toSorted((a, b) => a - b);
  return html`<section id="overview">
    <dl class="facts">
      ${fact('episodes', count)} ${fact('steps', steps)} ${fact('ended', ended)} ${fact('cut', count - ended)}
      ${fact('steps an episode', `${sorted[0]} … ${sorted[count - 1]}`)}
      ${fact('mean return', `${short(mean)} ± ${short(std)}`)}
    </dl>
  </section>`;
}

async function episodes({ lengths, returns }: Summary): Promise<Html> {
  const pictures = [
    await histogramPicture(dimensionOf(Float32Array.from(returns)), 'return of an episode'),
    await histogramPicture(dimensionOf(Float32Array.from(lengths)), 'steps of an episode'),
  ];
  return html`<section id="episodes">
    <h2>Episodes</h2>
    <div class="curves">${pictures.map((svg) => html`<figure>${raw(svg)}</figure>`)}</div>
  </section>`;
}

async function dimensions(id: string, what: string, all: readonly Dimension[]): Promise<Html> {
  const figures: Html[] = [];
  for (const [d, dimension] of all.entries()) {
    const svg = await histogramPicture(dimension, `${what} ${d}`);
    figures.push(
      html`<figure>
        ${raw(svg)}
        <figcaption>${caption(dimension)}</figcaption>
      </figure>`,
    );
  }
  return html`<section id="${id}">
    <h2>${id.charAt(0).toUpperCase()}${id.slice(1)}</h2>
    <div class="curves">${figures}</div>
  </section>`;
}

function caption({ min, max, mean, std, atBounds }: Dimension): string {
  if (isConstant(min, max)) return `constant: ${short(mean)}`;
  const share = `${(100 * atBounds).toFixed(1)} % at bounds`;
  return `${short(min)} … ${short(max)}, mean ${short(mean)} ± ${short(std)}, ${share}`;
}
