// For a test: steps environments in threads, forgets to close them, and should end all the same.
import { register } from 'tsx/esm/api';

register();
const { workers } = await import('../workers.ts');
const env = await workers(new URL('./point-mass-env.ts', import.meta.url), { count: 2, workers: 1 });
await env.reset(0);
await env.step(new Float32Array(6));
