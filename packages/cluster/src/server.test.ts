import { describe, expect, it } from 'vitest';

import { natsCluster } from './nats-cluster.ts';
import { serve } from './serve.ts';

const compute = async (): Promise<Uint8Array> => new Uint8Array();

describe.each([
  ['natsCluster', (url: string, options: Parameters<typeof natsCluster>[1]) => natsCluster(url, options)],
  ['serve', (url: string, options: Parameters<typeof natsCluster>[1]) => serve(url, compute, options)],
])('%s', (name, open) => {
  it.for([
    ['nats://lab.example:4222', 'plain text to another machine; expected tls://'],
    ['nats://10.0.0.7', 'plain text to another machine'],
    ['nats://127.0.0.1.lab.example', 'plain text to another machine'],
    ['http://localhost:4222', 'expected tls://HOST:PORT'],
    ['localhost:4222', 'expected tls://HOST:PORT'],
    ['tls://lab.example/path', 'expected tls://HOST:PORT'],
    ['', 'expected tls://HOST:PORT'],
  ])('refuses the URL %s before it connects', async ([url, sentence]) => {
    await expect(open(url, { run: 'r' })).rejects.toThrow(RangeError);
    await expect(open(url, { run: 'r' })).rejects.toThrow(sentence);
    await expect(open(url, { run: 'r' })).rejects.toThrow(`${name}: `);
  });

  it('refuses a password in a URL, and does not repeat it', async () => {
    const refusal = await open('tls://me:hunter2@lab.example', { run: 'r' }).catch(String);
    expect(refusal).toContain('a URL with credentials');
    expect(refusal).not.toContain('hunter2');
  });

  it.for([
    [{ run: 'a b' }, 'run "a b", expected 1 to 64 letters'],
    [{ run: 'a.b' }, 'expected 1 to 64 letters'],
    [{ run: '' }, 'expected 1 to 64 letters'],
    [{ run: 'r', timeout: 0 }, 'timeout 0, expected seconds'],
    [{ run: 'r', timeout: NaN }, 'timeout NaN, expected seconds'],
    [{ run: 'r', seed: 'SAAB' }, '`seed` is no seed of an nkey of a user'],
  ] as const)('refuses the options %j', async ([options, sentence]) => {
    await expect(open('nats://localhost', options)).rejects.toThrow(RangeError);
    await expect(open('nats://localhost', options)).rejects.toThrow(sentence);
  });

  it('says so where no server answers', async () => {
    // Port 1 is nobody's.
    await expect(open('nats://127.0.0.1:1', { run: 'r' })).rejects.toThrow(
      `${name}: no connection to nats://127.0.0.1:1: connection refused`,
    );
  });
});

it('refuses a share to verify that is none', async () => {
  await expect(natsCluster('nats://localhost', { run: 'r', verify: 1.5 })).rejects.toThrow(
    'verify 1.5, expected a share between 0 and 1',
  );
});

it('refuses a silence that is none', async () => {
  await expect(natsCluster('nats://localhost', { run: 'r', silence: 0 })).rejects.toThrow(
    'silence 0, expected seconds',
  );
});
