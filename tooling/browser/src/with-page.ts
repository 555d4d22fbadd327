import { type Page, chromium } from 'playwright-core';
import { findChromium } from './find-chromium.ts';

/** WebGL without a graphics card. */
const args = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/**
 * Hands an empty page of a headless Chromium to a function and closes both when the function is done.
 * Rejects as soon as the page throws an error that it does not catch; waits for anything else without an end.
 */
export async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({ ...(await findChromium()), args, timeout: 0 });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    const failure = new Promise<never>((_, reject) => page.on('pageerror', reject));
    return await Promise.race([use(page), failure]);
  } finally {
    await browser.close();
  }
}
