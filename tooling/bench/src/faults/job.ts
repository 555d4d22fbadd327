import { fileURLToPath } from 'node:url';

/** A run of a learner and workers, each in processes of their own. */
export interface Job {
  /** What is computed, in words. */
  readonly what: string;
  /** Words of the learner's command line; without a server it computes alone. */
  readonly learner: (folder: string, url?: string) => string[];
  /** The same for one that goes on after the end of the last one. */
  readonly again: (folder: string, url: string) => string[];
  readonly worker: (url: string) => string[];
  /** Whether a line that the learner prints says that the work has begun. */
  readonly begins: (line: string) => boolean;
  /** Files of the folder that have to be the same byte by byte. */
  readonly results: readonly string[];
}

const program = (path: string): string[] => [
  '--conditions=@dppo/source',
  '--import',
  'tsx',
  fileURLToPath(new URL(path, import.meta.url)),
];

/** Rounds of tasks that are nothing but bytes, each of which follows from all bytes of the rounds before. */
export const rounds: Job = {
  what: '8 rounds of 8 tasks, 1.5 MB of shared bytes and 8 × 0.7 MB of results each',
  learner: (folder, url) => [...program('rounds-learner.ts'), folder, ...(url === undefined ? [] : [url])],
  again: (folder, url) => rounds.learner(folder, url),
  worker: (url) => [...program('rounds-worker.ts'), url],
  begins: (line) => line.startsWith('round'),
  results: ['state'],
};
