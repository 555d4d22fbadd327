import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, it } from 'vitest';

const module = JSON.stringify(new URL('./end-with-parent.ts', import.meta.url).href);
const words = ['--import', 'tsx', '--input-type=module', '--eval'];
const listens = `(await import(${module})).endWithParent();`;

it('ends when the process that began it is gone', async () => {
  const child = spawn(
    process.execPath,
    [...words, `${listens} setInterval(() => {}, 1000); process.send(0);`],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  await once(child, 'message');
  const ended = once(child, 'exit');
  child.disconnect();
  expect(await ended).toEqual([128, null]);
});

it.each([['ipc' as const], ['ignore' as const]])(
  'keeps no process from its end that has %s for a channel',
  async (channel) => {
    const child = spawn(process.execPath, [...words, listens], {
      stdio: ['ignore', 'ignore', 'inherit', channel],
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);
