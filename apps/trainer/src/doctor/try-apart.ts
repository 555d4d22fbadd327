import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { trials } from './trials.ts';

const fromSource = import.meta.url.endsWith('.ts');
const script = fileURLToPath(new URL(fromSource ? './try-one.ts' : './try-one.js', import.meta.url));
const words = fromSource
  ? ['--conditions=@dppo/source', '--import', import.meta.resolve('tsx'), script]
  : [script];

/** What mends a part that came with dppo. */
export const reinstall = 'install dppo anew';

/**
 * What one of the `trials` finds, in a process of its own: a damaged library ends the one that loads it.
 *
 * @param remedy - what mends it
 * @param seconds - after which it is taken for hanging
 * @throws Error with its message; with the remedy where it did not come to say anything
 */
export function tryApart(name: keyof typeof trials, remedy: string, seconds = 120): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: 1000 * seconds, killSignal: 'SIGKILL' } as const;
    execFile(process.execPath, [...words, name], limits, (error, stdout, stderr) => {
      if (!error) resolve(lastLine(stdout));
      else if (error.killed) reject(new Error(`it did not answer in ${seconds} seconds: ${remedy}`));
      else if (error.signal) reject(new Error(`it was ended by ${error.signal}: ${remedy}`));
      else reject(new Error(lastLine(stderr) || error.message));
    });
  });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
