import { html } from 'hono/html';

import type { RecordedRun } from '../runs/recorded-run.ts';
import { type Html, page } from './page.ts';
import type { Film } from './report-film.ts';
import { liveRun } from './live-run.ts';
import { comparison, configuration, episode, heading, learningCurves, overview } from './report-sections.ts';
import { standing } from './standing.ts';

/** What there is to show besides the files of the run. */
export interface Shown {
  readonly film: Film | undefined;
  /** how many films there were */
  readonly films: number;
}

/** Makes the page about a run that is under way, each time as it is then. */
export function livePage(dir: string, shown: () => Shown): () => Promise<string> {
  const live = liveRun(dir);
  const options = optionsOnce();
  return async () => {
    const { film, films } = shown();
    const run = live.read();
    const pictures = await live.pictures();
    return page({
      title: `${standing(run).sentence} · ${run.name}`,
      policy: `default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self' data:; connect-src 'self'`,
      head: html`<script src="/dashboard.js" type="module"></script>`,
      body: html`${heading(run)}
        <div id="note" role="status" hidden>
          No answer: the run has ended, or its program. What it left is in ${dir}; report.html has it all.
        </div>
        ${overview(run)}
        <div class="pair">${comparison(run)} ${episode(film, `/episode.gif?${films}`)}</div>
        ${learningCurves(pictures)} ${options(run.config)}`,
    });
  };
}

/** The table of options, made anew only for other ones. */
function optionsOnce(): (config: RecordedRun['config']) => Html {
  let known = '';
  let made: Html;
  return (config) => {
    const text = JSON.stringify(config);
    if (text !== known) [known, made] = [text, configuration(config)];
    return made;
  };
}
