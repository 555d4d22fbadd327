import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../presets/', import.meta.url));

/** How the names of a command's presets end. */
const endings: Readonly<Record<string, readonly string[]>> = {
  finetune: ['-finetune.yaml', '-fast.yaml', '-scratch.yaml'],
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

/** The presets of all commands, a line each with what it says of itself. */
export function presetList(): string {
  const commands = Object.keys(endings);
  const width = 3 + Math.max(...commands.flatMap(presetsOf).map(({ length }) => length));
  return commands
    .map((command) => {
      const lines = presetsOf(command).map((name) => `  ${name.padEnd(width)}${aboutOf(name)}`);
      return `dppo ${command} --preset\n${lines.join('\n')}`;
    })
    .join('\n\n');
}

/** The sentences at the start of a preset. */
function aboutOf(name: string): string {
  const comments = presetText(name)
    .split('\n')
    .filter((line) => line.startsWith('# ') && !line.includes('$schema'));
  return comments.map((line) => line.slice(2)).join(' ');
}

/**
 * The options of a preset, as YAML.
 *
 * @throws Error for a name that is no preset
 */
export function presetText(name: string): string {
  const known = Object.keys(endings).flatMap((command) => presetsOf(command));
  if (!known.includes(name)) throw new Error(`presets: found ${name}, wanted one of ${known.join(', ')}`);
  return readFileSync(`${folder}${name}.yaml`, 'utf8');
}

/** @throws Error for a name that is no preset of the command */
export function presetFile(command: string, name: string): string {
  const known = presetsOf(command);
  if (!known.includes(name)) throw new Error(`--preset: found ${name}, wanted one of ${known.join(', ')}`);
  return `${folder}${name}.yaml`;
}
