import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { compile } from '@dppo/engine';
import { loadPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { program, wordsOf } from '../../test/program.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { check } from '../commands/serve.ts';
import { serve } from './serve.ts';
import { serveOptions as schema } from './serve-options.ts';

const observation = Array.from({ length: 11 }, (_, i) => Math.cos(i));

it('answers as loadPolicy does, bit for bit, until a signal ends it in order', async () => {
  const { policy: file } = await untrainedPolicy(smallHopper);
  const options = { policy: file, port: 0, seed: 7, maxBatch: 2, backend: tf.getBackend() };
  const child = spawn(process.execPath, [...program, 'serve', '--json', ...wordsOf(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const { url, message } = JSON.parse(line);
      said.push(message);
      if (url === undefined) continue;
      const policy = await loadPolicy(file, { seed: 7, compile });
      for (let i = 0; i < 3; i++) {
        const answer = await fetch(`${url}act`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ observation }),
        });
        const { actions }: { readonly actions: number[][] } = JSON.parse(await answer.text());
        expect(Float32Array.from(actions.flat())).toEqual(policy.act(observation));
      }
      child.kill('SIGTERM');
    }
    if (child.exitCode === null) await once(child, 'exit');
    expect(said.at(-1)).toBe('answered 3 observations');
    expect(child.exitCode).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
});

it('refuses another machine without a token, and steps that the policy does not have', async () => {
  const { policy } = await untrainedPolicy(smallHopper);
  const checked = (options: object) => check(schema.parse({ policy, ...options }));
  await expect(checked({ host: '0.0.0.0' })).rejects.toThrow(
    '--host 0.0.0.0: found no token, wanted --token-file or DPPO_TOKEN where other machines may ask',
  );
  for (const host of ['127.0.0.1', 'localhost', '::1'])
    expect((await checked({ host })).token).toBeUndefined();
  await expect(checked({ ddimSteps: 6 })).rejects.toThrow('--ddim-steps: found 6, wanted');
  await expect(checked({ tokenFile: '/nowhere/token' })).rejects.toThrow(
    '--token-file /nowhere/token: ENOENT',
  );
});

it.each([
  [{ port: 80 }, 'wanted a port, 1024 … 65535, or 0 for a free one'],
  [{ maxBatch: 1025 }, 'wanted at most 1024'],
  [{ allowOrigin: ['*'] }, 'wanted an origin, such as http://localhost:5173'],
  [{ allowOrigin: ['http://localhost:5173/'] }, 'wanted an origin'],
])('does not take %j', (options, sentence) => {
  expect(schema.safeParse({ policy: 'p', ...options }).error?.issues[0].message).toContain(sentence);
});

it('says that a port is taken', async () => {
  const { policy } = await untrainedPolicy(smallHopper);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  try {
    const options = schema.parse({ policy, port, maxBatch: 1, backend: tf.getBackend() });
    await expect(serve(options, undefined, () => {})).rejects.toThrow(
      `--host 127.0.0.1 --port ${port}: nobody can listen there: listen EADDRINUSE`,
    );
  } finally {
    other.close();
  }
});
