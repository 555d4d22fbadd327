import { type ResourceLimits, Worker } from 'node:worker_threads';

const fromSource = import.meta.url.endsWith('.ts');

/** Starts a module in a thread, by its path from this folder, such as `dashboard.worker`. */
export function startThread(module: string, workerData: object, resourceLimits: ResourceLimits): Worker {
  const entry = new URL(fromSource ? './source.worker.mjs' : `./${module}.js`, import.meta.url);
  return new Worker(entry, {
    ...(fromSource && { execArgv: ['--conditions=@dppo/source'] }),
    workerData: { ...workerData, module: `./${module}.ts` },
    resourceLimits,
  });
}
