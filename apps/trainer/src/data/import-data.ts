import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { fitNormalization, type Normalization } from '@dppo/data';
import { writeWhole } from '@dppo/files';

import { writeScaled } from '../pretrain/write-scaled.ts';
import { outlierRemarks, rangeRemarks } from '../tasks/range-remarks.ts';
import { boundsOf } from '../tasks/ranges.ts';
import type { ImportDataOptions, ShowDataOptions } from './data-options.ts';
import { dataPage } from './data-page.ts';
import { type ReadData, readData } from './read-data.ts';
import { type Summary, summaryOf } from './summary.ts';
import { summaryText } from './summary-text.ts';

/** `dppo data show`: what is in demonstrations. */
export async function showData(
  { data, html, ...options }: ShowDataOptions,
  say: (line: string) => void,
): Promise<void> {
  const read = await readData(data, options);
  const summary = summaryOf(read.demonstrations);
  const remarks = remarksOf(read, fitNormalization(read.demonstrations));
  for (const line of described(read, summary, remarks)) say(line);
  if (html === undefined) return;
  const { format, obsKeys } = read;
  await writeWhole(html, await dataPage(summary, { name: basename(data), format, obsKeys, remarks }));
  say(`wrote ${html}`);
}

/** `dppo data import`: demonstrations of other projects as pre-training takes them, scaled to their ranges. */
export async function importData(
  { data, outDir, ...options }: ImportDataOptions,
  say: (line: string) => void,
): Promise<void> {
  const read = await readData(data, options);
  const normalization = fitNormalization(read.demonstrations);
  for (const line of described(read, summaryOf(read.demonstrations), remarksOf(read, normalization)))
    say(line);
  await mkdir(outDir, { recursive: true });
  const [ranges, train] = ['normalization.npz', 'train.npz'].map((name) => join(outDir, name));
  await writeScaled(read.demonstrations, normalization, { ranges, train });
  say(`wrote ${train} and ${ranges}, for dppo pretrain --data ${train} --normalization ${ranges}`);
}

function described({ format, obsKeys }: ReadData, summary: Summary, remarks: readonly string[]): string[] {
  return [
    ...summaryText(summary, { format }),
    ...(obsKeys.length === 0 ? [] : [`observations are ${obsKeys.join(', ')}`]),
    ...remarks,
  ];
}

function remarksOf({ demonstrations, images }: ReadData, normalization: Normalization): string[] {
  const { states, actions, obsDim, actionDim } = demonstrations;
  return [
    ...(images.length === 0 ? [] : [`images are left out: ${images.join(', ')}`]),
    ...rangeRemarks(boundsOf(normalization)),
    ...outlierRemarks('observations', states, obsDim),
    ...outlierRemarks('actions', actions, actionDim),
  ];
}
