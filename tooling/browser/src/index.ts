export { findChromium } from './find-chromium.ts';
export { withPage } from './with-page.ts';
