import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inProcess } from '@dppo/cluster';
import { hasNatsServer, natsServer } from '@dppo/testing/nats-server';
import { expect, it, onTestFinished } from 'vitest';

import { generator, interval, resample } from './bootstrap.ts';

const root = new URL('../../../', import.meta.url);

it('is about the mean plus and minus 1.96 standard errors', async () => {
  const random = generator(1);
  const values = Float64Array.from({ length: 400 }, random);
  const { low, high } = await interval(inProcess(resample), values);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Uniform numbers have the standard deviation 1 / √12; the interval of 10,000 resamples is within a tenth of its width of that.
  const error = 1.96 / Math.sqrt(12 * values.length);
  expect(Math.abs(low - (mean - error))).toBeLessThan(0.2 * error);
  expect(Math.abs(high - (mean + error))).toBeLessThan(0.2 * error);
});

it.skipIf(!hasNatsServer)('prints the same interval in one process and with two workers', async () => {
  const server = await natsServer();
  const alone = await finished(program('main.ts'));
  const workers = [0, 1].map(() => program('worker.ts', server.url));
  onTestFinished(async () => {
    // One that came late waits for the next learner; the other has left with its own, or is about to.
    for (const worker of workers) worker.kill('SIGKILL');
    await server.kill();
  });
  const together = await finished(program('main.ts', server.url));
  const [line] = alone.split('\n');
  expect(line).toMatch(/^the mean is between \d\.\d{4} and \d\.\d{4}$/);
  expect(together.split('\n')[0]).toBe(line);
});

function program(name: string, ...words: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return spawn(process.execPath, ['--conditions=@dppo/source', '--import', 'tsx', path, ...words], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What a program prints until it has ended well. */
function finished(child: ChildProcess): Promise<string> {
  let printed = '';
  child.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
  return new Promise((resolve, reject) => {
    const end = (): void => {
      if (child.exitCode === 0) resolve(printed);
      else reject(new Error(`exit code ${child.exitCode ?? child.signalCode}`));
    };
    if (child.exitCode !== null || child.signalCode !== null) end();
    else child.on('close', end);
  });
}
