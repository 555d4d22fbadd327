import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

import { describe, expect, it } from 'vitest';

const module = JSON.stringify(new URL('./stop-signal.ts', import.meta.url).href);

/** A process that listens as a script says, and what it writes. */
async function listening(script: string) {
  const text = `import * as signals from ${module}; ${script} setInterval(() => {}, 1000); console.log('ready');`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text]);
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => written.push(String(data).trim()));
  await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  expect(written).toEqual(['ready']);
  return { child, written };
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const;

describe.skipIf(process.platform === 'win32')('stopOnSignals', () => {
  it.each(names)('asks to stop at %s, and ends at the second signal with its code', async (name) => {
    const { child, written } = await listening('signals.endOnSignals(); signals.stopOnSignals(console.log);');
    child.kill(name);
    await once(child.stdout, 'data');
    child.kill(name);
    expect(await once(child, 'close')).toEqual([128 + constants.signals[name], null]);
    expect(written).toEqual(['ready', `${name}: stopping; once more to stop at once`]);
  });

  it('ends a thread that never returns with the process', async () => {
    const { child } = await listening(`
      import { Worker } from 'node:worker_threads';
      const busy = new Worker('import { parentPort } from "node:worker_threads"; parentPort.postMessage(0); for (;;);', { eval: true });
      await new Promise((resolve) => busy.once('message', resolve));
      signals.stopOnSignals(console.log);`);
    child.kill('SIGTERM');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
  });
});

it.skipIf(process.platform === 'win32').each([
  ['signals.endOnSignals();', 75, 'dppo: stopped by SIGUSR1'],
  ['signals.endOnSignals(); signals.stopOnSignals(console.log).release();', 75, 'dppo: stopped by SIGUSR1'],
  ['process.exitCode = 0; signals.endOnSignals();', 0, 'dppo: stopped by SIGUSR1'],
  ['signals.endOnUsr1();', 138, undefined],
])('opens no debugger at SIGUSR1 after %s', async (script, code, sentence) => {
  const { child, written } = await listening(script);
  child.kill('SIGUSR1');
  expect(await once(child, 'close')).toEqual([code, null]);
  expect(written.slice(1)).toEqual(sentence === undefined ? [] : [sentence]);
});

it.skipIf(process.platform === 'win32').each([
  ['endOnSignals', 75],
  ['endOnUsr1', 138],
])('ends at SIGUSR1 that came before %s, when Node opened its debugger', async (name, code) => {
  const script = `import { url } from 'node:inspector';
    process.kill(process.pid, 'SIGUSR1');
    while (url() === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    (await import(${module})).${name}();`;
  const words = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, words, { stdio: 'ignore' });
  expect(await once(child, 'close')).toEqual([code, null]);
});
