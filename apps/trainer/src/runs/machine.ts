import { availableParallelism, cpus } from 'node:os';

import { z } from 'zod';

/** What a run is computed on. */
export const machine = z.object({
  processor: z.string(),
  /** that this process may use */
  cores: z.number(),
  system: z.string(),
  node: z.string(),
  /** of TensorFlow.js */
  backend: z.string(),
});

export type Machine = z.output<typeof machine>;

/** This machine, computing on a backend. */
export function machineOf(backend: string): Machine {
  const { platform, arch, version } = process;
  return {
    processor: cpus().at(0)?.model.trim() || 'unknown processor',
    cores: availableParallelism(),
    system: `${platform} ${arch}`,
    node: version,
    backend,
  };
}

/** A machine in a few words. */
export function describeMachine({ processor, cores, backend }: Machine): string {
  return `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${backend}`;
}
