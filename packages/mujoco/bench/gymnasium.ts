import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Seconds. */
export interface Usage {
  readonly wall: number;
  readonly cpu: number;
}

/** Gymnasium's vectors of Hoppers in a Python process, which measures itself. */
export function gymnasium(
  python: string,
  count: number,
): Record<'sync' | 'async', (steps: number) => Promise<Usage>> & { close(): void } {
  const script = fileURLToPath(new URL('gymnasium_hopper.py', import.meta.url));
  const child = spawn(python, [script, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  const round =
    (kind: string) =>
    async (steps: number): Promise<Usage> => {
      child.stdin.write(`${kind} ${steps}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`gymnasium: ${python} ended, wanted one with gymnasium[mujoco] installed`);
      const [wall, cpu] = value.split(' ').map(Number);
      return { wall, cpu };
    };
  return { sync: round('sync'), async: round('async'), close: () => child.stdin.end() };
}
