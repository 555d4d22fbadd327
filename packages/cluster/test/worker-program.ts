import { serve } from '../src/serve.ts';
import { computeGate } from '../src/testing/gate.ts';

const [url, run] = process.argv.slice(2);
await serve(url, computeGate, { run, timeout: 60 });
