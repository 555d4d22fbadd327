import { join } from 'node:path';

import { kebab, type Line } from '../options/option-layers.ts';
import type { Configuration, Plan } from './plan.ts';

/** A run of `dppo finetune` within a sweep: one configuration with one seed. */
export interface Job {
  /** Of its folder, in that of the sweep. */
  readonly name: string;
  readonly configuration: Configuration;
  readonly seed: number;
  /** Its run folder. */
  readonly dir: string;
}

/** How a job came to where it is judged, or ended before: by a signal, or by an error of its own. */
export interface JobEnd {
  readonly state: 'finished' | 'stopped' | 'failed';
  readonly why: string;
}

/**
 * Computes a job, from where its folder stands until it has so many iterations, with the same numbers wherever that is done; ends as soon as
 * it can, where the signal says so, with what it takes to go on.
 */
export type RunJob = (job: Job, iterations: number, signal: AbortSignal) => Promise<JobEnd>;

/** The jobs of a sweep in a folder, in order. */
export function jobsOf({ configurations }: Plan, seeds: readonly number[], dir: string): readonly Job[] {
  const width = String(configurations.length).length;
  return configurations.flatMap((configuration) =>
    seeds.map((seed): Job => {
      const name = `${String(configuration.number).padStart(width, '0')}-seed-${seed}`;
      return { name, configuration, seed, dir: join(dir, name) };
    }),
  );
}

/** The words of `dppo` that begin a job or go on with it, up to so many iterations. */
export function wordsOf({ configuration: { line }, seed, dir }: Job, iterations: number): string[] {
  return [
    'finetune',
    ...wordsIn({ ...line, named: { iterations: String(iterations), seed: String(seed), runDir: dir } }),
    '--auto-resume',
  ];
}

function wordsIn({ preset, set, named }: Line): string[] {
  return [
    ...(preset === undefined ? [] : ['--preset', preset]),
    ...set.flatMap((text) => ['--set', text]),
    ...Object.entries(named).flatMap(([key, text]) => [`--${kebab(key)}`, text]),
  ];
}
