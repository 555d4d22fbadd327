import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** What Node.js is called with to be the command. */
export const program = ['--conditions=@dppo/source', '--import', 'tsx', main] as const;

/** Options as the words of a command line. */
export function wordsOf(options: object): string[] {
  return Object.entries(options).flatMap(([key, value]) => [
    '--set',
    `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
}
