import { fileURLToPath } from 'node:url';

/** What Node.js is to run a program from source with, and the program. */
export function programWords(program: URL): string[] {
  return ['--conditions=@dppo/source', '--import', 'tsx', fileURLToPath(program)];
}

/** Words of Node.js's command line for a command of `dppo`, from source; `options` by their names in files. */
export function trainerWords(command: string, options: object = {}): string[] {
  const main = programWords(new URL('../../../apps/trainer/src/main.ts', import.meta.url));
  return [
    ...main,
    command,
    ...Object.entries(options).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
}
