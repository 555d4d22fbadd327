import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { credentialsFrom } from './credentials.ts';
import { serverOf } from './server-of.ts';

const options = { insecure: false, runName: 'r', clusterTimeout: 600, credentials: undefined, ca: undefined };

it.each([
  ['nats.lab', '--cluster: found "nats.lab", wanted tls://HOST:PORT'],
  ['http://nats.lab:4222', '--cluster: found "http://nats.lab:4222", wanted tls://HOST:PORT'],
  [
    'tls://me:secret@nats.lab',
    '--cluster: found a password in the URL, which lists of processes show; wanted --credentials FILE or DPPO_CREDENTIALS',
  ],
  [
    'nats://nats.lab:4222',
    '--cluster: found nats://nats.lab:4222, plain text to another machine, wanted tls://, or --insecure to allow it',
  ],
])('refuses %s', (url, message) => {
  expect(() => serverOf(url, options)).toThrow(new Error(message));
});

it.each(['tls://nats.lab', 'nats://localhost:4222', 'nats://127.0.0.1', 'nats://[::1]:1'])(
  'takes %s',
  (url) => {
    expect(serverOf(url, options)).toMatchObject({ run: 'r', timeout: 600 });
  },
);

it('finds the key among the lines of a file, and says where there is none', () => {
  const key = `SU${'A'.repeat(56)}`;
  const file = join(mkdtempSync(join(tmpdir(), 'key-')), 'worker.key');
  writeFileSync(file, `-----\r\n${key}\r\n-----\r\n`);
  expect(credentialsFrom(file)).toBe(key);
  writeFileSync(file, 'SUNDAY\n');
  expect(() => credentialsFrom(file)).toThrow(
    new Error(
      `--credentials ${file}: found no secret key in it, wanted a line of SU and 56 letters and digits`,
    ),
  );
});
