import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../presets/', import.meta.url));

/** Of a command: the option that takes a preset, and the files that are its presets; what is in parentheses is the name. */
const kinds: Readonly<Record<string, { readonly option: string; readonly files: RegExp }>> = {
  finetune: { option: 'preset', files: /^(.+-(?:finetune|fast|scratch))\.yaml$/ },
  pretrain: { option: 'preset', files: /^(.+-pretrain)\.yaml$/ },
  start: { option: 'task', files: /^(.+)-start\.yaml$/ },
};

/** The option by which a command takes a preset. */
export function presetOption(command: string): string {
  return kinds[command]?.option ?? 'preset';
}

/** A preset's name, and its file. */
type Preset = readonly [name: string, file: string];

function presetsIn(command: string): Preset[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((file): Preset[] => {
      const name = kinds[command]?.files.exec(file)?.[1];
      return name === undefined ? [] : [[name, `${folder}${file}`]];
    });
}

/** Names of the options that come with dppo for a command. */
export function presetsOf(command: string): string[] {
  return presetsIn(command).map(([name]) => name);
}

/** The presets of all commands, a line each with what it says of itself. */
export function presetList(): string {
  const commands = Object.keys(kinds);
  const width = 3 + Math.max(...commands.flatMap(presetsOf).map(({ length }) => length));
  return commands
    .map((command) => {
      const lines = presetsOf(command).map((name) => `  ${name.padEnd(width)}${aboutOf(name)}`);
      return `dppo ${command} --${presetOption(command)}\n${lines.join('\n')}`;
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
  return readFileSync(fileAmong(Object.keys(kinds).flatMap(presetsIn), name, 'presets'), 'utf8');
}

/** @throws Error for a name that is no preset of the command */
export function presetFile(command: string, name: string): string {
  return fileAmong(presetsIn(command), name, `--${presetOption(command)}`);
}

function fileAmong(presets: readonly Preset[], name: string, where: string): string {
  const found = presets.find(([known]) => known === name);
  if (found !== undefined) return found[1];
  throw new Error(`${where}: found ${name}, wanted one of ${presets.map(([known]) => known).join(', ')}`);
}
