import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { findChromium, withPage } from '@dppo/browser';
import { expect, it } from 'vitest';

import { twoEpisodes } from '../../test/two-episodes.ts';
import { checkShow } from '../commands/data.ts';
import { dataPage } from './data-page.ts';
import { showData } from './import-data.ts';
import { summaryOf } from './summary.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'data-page-'));
const robomimic = fileURLToPath(new URL('../../../../packages/formats/test/robomimic.hdf5', import.meta.url));

it('shows a histogram of each dimension, on a page that needs neither network nor other files', async ({
  skip,
}) => {
  const refusal = await findChromium().then(() => undefined, String);
  skip(refusal !== undefined, refusal);
  const file = join(newFolder(), 'page.html');
  const about = { name: `<i>&"'`, format: 'npz', obsKeys: [], remarks: ['a <b> remark'] };
  writeFileSync(file, await dataPage(summaryOf(twoEpisodes), about));
  await withPage(async (page) => {
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => asked.push(request.url()));
    await page.context().setOffline(true);
    const address = pathToFileURL(file).href;
    await page.goto(address);

    expect(await page.locator('h1').textContent()).toBe(about.name);
    expect(await page.locator('#remarks').textContent()).toContain(about.remarks[0]);
    expect(await page.locator('#overview dd').allTextContents()).toEqual([
      '2',
      '4',
      '1',
      '1',
      '1 … 3',
      '5 ± 1',
    ]);
    expect(await page.locator('#observations figcaption').allTextContents()).toEqual([
      '0 … 4, mean 1.75 ± 1.479, 50.0 % at bounds',
      'constant: 5',
    ]);
    expect(await page.locator('#actions figcaption').allTextContents()).toEqual([
      '-1 … 1, mean 0.25 ± 0.8292, 75.0 % at bounds',
    ]);
    // Sixteen parts of returns from 4 to 6, of which the first and the last have one each.
    const bars = page.locator('#episodes svg').first().locator('.mark-rect path');
    expect(await bars.count()).toBe(16);
    const heights = await Promise.all([0, 1, 15].map(async (i) => (await bars.nth(i).boundingBox())?.height));
    expect(heights[0]).toBeGreaterThan(20);
    expect(heights.slice(1)).toEqual([0, heights[0]]);
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);

    expect(complaints).toEqual([]);
    expect(asked.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([]);
  });
});

it('is written by dppo data show, where nothing is in its place', async () => {
  const html = join(newFolder(), 'page.html');
  const said: string[] = [];
  await showData({ data: robomimic, html }, (line) => said.push(line));
  expect(said.at(-1)).toBe(`wrote ${html}`);
  const text = readFileSync(html, 'utf8');
  expect(text).toContain('images are left out: agentview_image');
  expect(text).toContain('robot0_eef_pos, robot0_eef_quat');
  expect(text).not.toMatch(/NaN|Infinity|undefined|<script/);
  expect(() => checkShow({ data: robomimic, html })).toThrow(
    `--html ${html}: exists already, wanted a new name; nothing is overwritten`,
  );
});
