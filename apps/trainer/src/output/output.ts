import { type Command, Option } from 'commander';

import type { Live } from './live.ts';
import { printable } from './printable.ts';
import { progressLine } from './progress-line.ts';

/** Where the words and numbers of a command go. */
export interface Output {
  readonly say: (line: string) => void;
  readonly live: Live;
  /** Ends the output of a command that came to its end. */
  readonly finish: () => void;
  /** Ends it where the command failed. */
  readonly stop: () => void;
}

const nothing = (): void => {};

/** Sentences, and on a terminal a progress bar below them. */
export function spoken(stream: NodeJS.WriteStream): Output {
  if (!stream.isTTY) {
    const say = (line: string): void => void stream.write(`${printable(line)}\n`);
    return { say, live: { progress: nothing, row: nothing }, finish: nothing, stop: nothing };
  }
  const { print, progress, stop } = progressLine(stream);
  return { say: (line) => print(printable(line)), live: { progress, row: nothing }, finish: stop, stop };
}

/** The last sentence alone, once the command has come to its end. */
export function quiet(stream: NodeJS.WritableStream): Output {
  let last = '';
  return {
    say: (line) => {
      last = printable(line);
    },
    live: { progress: nothing, row: nothing },
    finish: () => void (last && stream.write(`${last}\n`)),
    stop: nothing,
  };
}

/** An object a line: numbers by their names; sentences as `message`. */
export function jsonLines(stream: NodeJS.WritableStream): Output {
  const row = (values: object): void => void stream.write(`${printable(JSON.stringify(values))}\n`);
  return {
    say: (message) => row({ message }),
    live: { progress: nothing, row },
    finish: nothing,
    stop: nothing,
  };
}

/** What chooses among them on a command line. */
export interface OutputOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function withOutputOptions(command: Command): Command {
  const isQuiet = new Option('--quiet', 'print the last sentence and errors alone').conflicts('json');
  return command
    .addOption(isQuiet)
    .option('--json', 'print a JSON object a line: numbers by name, and sentences as "message"');
}

/** Lets a command print to standard output as the command line wants it. */
export async function withOutput(
  { quiet: isQuiet, json }: OutputOptions,
  command: (output: Output) => void | Promise<void>,
): Promise<void> {
  const output = (json ? jsonLines : isQuiet ? quiet : spoken)(process.stdout);
  try {
    await command(output);
    output.finish();
  } finally {
    output.stop();
  }
}
