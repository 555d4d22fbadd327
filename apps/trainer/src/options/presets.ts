import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../presets/', import.meta.url));

/** How the names of a command's presets end. */
const endings: Readonly<Record<string, readonly string[]>> = {
  finetune: ['-finetune.yaml', '-scratch.yaml'],
  pretrain: ['-pretrain.yaml'],
};

/** Names of the options that come with dppo for a command. */
export function presetsOf(command: string): string[] {
  const ends = endings[command] ?? [];
  return readdirSync(folder)
    .filter((name) => ends.some((end) => name.endsWith(end)))
    .map((name) => name.slice(0, -'.yaml'.length))
    .toSorted();
}

/** @throws Error for a name that is no preset of the command */
export function presetFile(command: string, name: string): string {
  const known = presetsOf(command);
  if (!known.includes(name)) throw new Error(`--preset: found ${name}, expected one of ${known.join(', ')}`);
  return `${folder}${name}.yaml`;
}
