import { fileURLToPath } from 'node:url';

import { defaultClientConditions, defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('page'),
  base: './',
  resolve: { conditions: ['@dppo/source', ...defaultClientConditions] },
  build: { outDir: at('dist'), emptyOutDir: true, target: 'esnext' },
});
