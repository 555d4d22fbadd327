import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import type { Sizes } from './job.ts';
import type { Measured, PhaseFacts } from './phase.ts';

/** A program that measures phases when asked (see serve.ts). */
export interface Contender {
  readonly about: string;
  readonly phases: readonly PhaseFacts[];
  measure(phase: string): Promise<Measured>;
  close(): void;
}

/** Where a program runs, and what it finds in its environment beside ours. */
export interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program that answers in lines of JSON. Throws an Error with its last words where it ends early. */
export async function contender(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: Surroundings,
): Promise<Contender> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', PYTHONWARNINGS: 'ignore', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // In the midst of a phase it would not notice that nobody listens any more.
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let words = '';
  child.stderr.on('data', (data: Buffer) => {
    words = (words + data.toString()).slice(-2000);
  });
  child.stdin.on('error', () => {}); // the answer that does not come says it better
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args.join(' ')} ended early:\n${words}`);
    const parsed: T = JSON.parse(value);
    return parsed;
  };
  const { about, phases } = await answer<Pick<Contender, 'about' | 'phases'>>();
  return {
    about,
    phases,
    measure: (phase) => {
      child.stdin.write(`${phase}\n`);
      return answer<Measured>();
    },
    close: () => child.stdin.end(),
  };
}

/** Starts serve.ts of the work tree `cwd`. */
export function ours(sizes: Sizes, surroundings: Surroundings): Promise<Contender> {
  const program = ['--conditions=@dppo/source', '--import', 'tsx', 'tooling/bench/src/serve.ts'];
  return contender(process.execPath, [...program, JSON.stringify(sizes)], surroundings);
}
