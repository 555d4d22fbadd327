import { parseArgs } from 'node:util';
import { checkNode } from './check-node.ts';
import { progressBar } from './progress-bar.ts';
import type { ProgressOptions } from './progress.ts';

/** What a command is called, and what `--help` says. */
export interface Command {
  /** What its errors begin with. */
  readonly name: string;
  /** The text of `--help`. */
  readonly help: string;
}

/**
 * Runs the command of a package that provisions a library: shows the progress of `task`, prints the line that it returns, or one line that
 * says why it failed. The exit code is then 1, and that of the signal where the user stopped it.
 */
export async function runCommand(
  { name, help }: Command,
  task: (options: ProgressOptions) => Promise<string>,
): Promise<void> {
  const signal = interruption();
  const bar = progressBar(process.stderr);
  try {
    checkNode();
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
    const text = values.help ? help : `${await task({ progress: bar.progress, signal })}\n`;
    bar.stop();
    process.stdout.write(text);
  } catch (error) {
    bar.stop();
    const cause: unknown = signal.aborted ? signal.reason : error;
    process.stderr.write(`${name}: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exitCode ??= 1;
  }
}

/** A signal that aborts when the process is told to stop, and sets the exit code that belongs to it. */
export function interruption(): AbortSignal {
  const stopped = new AbortController();
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(name, () => {
      process.exitCode = code;
      stopped.abort(new Error('interrupted; nothing was installed'));
    });
  }
  return stopped.signal;
}
