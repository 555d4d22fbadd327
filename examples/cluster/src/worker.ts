import { serve } from '@dppo/cluster';

import { resample } from './bootstrap.ts';

const [url = ''] = process.argv.slice(2);
const leaving = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leaving.abort());
await serve(url, resample, { run: 'bootstrap', signal: leaving.signal });
