import { existsSync } from 'node:fs';

import { writeWhole } from '@dppo/checkpoint';
import { readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { html } from 'hono/html';

import { startBackend } from '../backend.ts';
import { unreadableIn } from '../runs/metrics-file.ts';
import { checkRun } from '../runs/recorded-run.ts';
import { fileIn, type RunFolder } from '../runs/run-folder.ts';
import { written } from '../runs/written.ts';
import { liveRun } from './live-run.ts';
import { page } from './page.ts';
import { type Film, filmed, stageFor, stageWithoutPrograms } from './report-film.ts';
import type { ReportOptions } from './report-options.ts';
import { comparison, configuration, episode, heading, learningCurves, overview } from './report-sections.ts';

/** `dppo report`: the page that a run ends with, once more. */
export async function report(
  { run, backend, seed }: ReportOptions,
  say: (line: string) => void,
): Promise<void> {
  checkRun(run);
  say(await startBackend(backend));
  for (const sentence of unreadableIn(fileIn({ dir: run }, 'metrics.jsonl'))) say(sentence);
  const { file } = await writeReport({ dir: run }, seed, stageWithoutPrograms);
  say(`wrote ${file}`);
}

/**
 * Writes report.html, a page that needs no other file and no network: results, an episode of the best policy, or of the last
 * where none was evaluated, curves and options. Gives its place, and the film of the episode where there is one.
 */
export async function writeReport(
  folder: RunFolder,
  seed?: number,
  stage = stageFor,
): Promise<{ readonly file: string; readonly film: Film | undefined }> {
  const live = liveRun(folder.dir);
  const run = live.read();
  const film = await filmOf(folder, seed ?? run.config.seed ?? 0, stage);
  const gif = film && `data:image/gif;base64,${Buffer.from(film.gif).toString('base64')}`;
  const text = await page({
    title: `${run.name} · dppo`,
    policy: "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    body: html`${heading(run)} ${overview(run)}
      <div class="pair">${comparison(run)} ${episode(film, gif ?? '')}</div>
      ${learningCurves(await live.pictures())} ${configuration(run.config)}`,
  });
  const file = fileIn(folder, 'report.html');
  await written(file, writeWhole(file, text));
  return { file, film };
}

async function filmOf(folder: RunFolder, seed: number, stage: typeof stageFor): Promise<Film | undefined> {
  const fileOf = (name: string): string => fileIn(folder, `${name}.safetensors`);
  const which = ['best', 'last'].find((name) => existsSync(fileOf(name)));
  if (which === undefined) return undefined;
  const policy = await readPolicy(fileOf(which));
  try {
    return await filmed(which, policy, seed, await stage(policy));
  } finally {
    tf.dispose([policy.params, { ...policy.frozen }]);
  }
}
