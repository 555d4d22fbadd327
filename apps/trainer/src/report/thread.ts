import { type ResourceLimits, Worker } from 'node:worker_threads';

const fromSource = import.meta.url.endsWith('.ts');

/** Starts a module of this folder, such as `dashboard.worker`, in a thread. */
export function startThread(module: string, workerData: object, resourceLimits: ResourceLimits): Worker {
  const entry = new URL(fromSource ? './source.worker.mjs' : `./${module}.js`, import.meta.url);
  return new Worker(entry, {
    ...(fromSource && { execArgv: ['--conditions=@dppo/source'] }),
    workerData: { ...workerData, module: `./${module}.ts` },
    resourceLimits,
  });
}
