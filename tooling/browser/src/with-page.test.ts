import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium } from './find-chromium.ts';
import { withPage } from './with-page.ts';

describe('withPage', () => {
  it('shows text and has WebGL', async () => {
    const width = await withPage(async (page) => {
      await page.setContent('<span>text</span><canvas></canvas>');
      expect(await page.evaluate("!!document.querySelector('canvas').getContext('webgl2')")).toBe(true);
      return page.evaluate<number>("document.querySelector('span').offsetWidth");
    });
    expect(width).toBeGreaterThan(10);
  });

  it('rejects with what the page threw, at once', async () => {
    const failing = withPage(async (page) => {
      await page.setContent("<script>throw new Error('broken')</script>");
      await page.waitForFunction('false');
    });
    await expect(failing).rejects.toThrow('broken');
  });
});

describe('findChromium', () => {
  it('takes CHROME_PATH first, then what is on the PATH', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dppo-'));
    await symlink(process.execPath, join(folder, 'google-chrome'));
    const env = { PATH: `/nowhere:${folder}` };
    expect((await findChromium(env)).executablePath).toBe(join(folder, 'google-chrome'));
    expect((await findChromium({ ...env, CHROME_PATH: '/mine' })).executablePath).toBe('/mine');
  });
});
