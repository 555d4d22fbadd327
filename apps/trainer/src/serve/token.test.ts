import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, expect, it, vi } from 'vitest';

import { carries, tokenFrom } from './token.ts';

const token = 'a-token-of-24_characters';

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'token');
  writeFileSync(file, text);
  return file;
}

afterEach(() => vi.unstubAllEnvs());

it('is the one in the file, else that of the environment, else none', () => {
  expect(tokenFrom(undefined)).toBeUndefined();
  vi.stubEnv('DPPO_TOKEN', '');
  expect(tokenFrom(undefined)).toBeUndefined();
  vi.stubEnv('DPPO_TOKEN', token);
  expect(tokenFrom(undefined)).toBe(token);
  expect(tokenFrom(fileOf('another-token-of-24-char\n'))).toBe('another-token-of-24-char');
});

it.each([
  ['', 'found 0 characters'],
  ['short', 'found 5 characters that are no token, wanted at least 16 of A-Z'],
  ['sixteen characters', 'found 18 characters that are no token'],
  ['x'.repeat(5000), 'found 5000 bytes, wanted a token'],
])('refuses a file of %j', (text, sentence) => {
  const file = fileOf(text);
  expect(() => tokenFrom(file)).toThrow(`--token-file ${file}: ${sentence}`);
});

it('names the file that is not there, and the variable', () => {
  expect(() => tokenFrom('/nowhere/token')).toThrow('--token-file /nowhere/token: ENOENT');
  vi.stubEnv('DPPO_TOKEN', 'short');
  expect(() => tokenFrom(undefined)).toThrow('DPPO_TOKEN: found 5 characters');
});

it.each([
  [{ authorization: `Bearer ${token}` }, true],
  [{ authorization: `bearer  ${token}` }, true],
  [{ 'sec-websocket-protocol': `dppo, bearer.${token}` }, true],
  [{ 'sec-websocket-protocol': `dppo,bearer.${token}` }, true],
  [{}, false],
  [{ authorization: token }, false],
  [{ authorization: `Basic ${token}` }, false],
  [{ authorization: `Bearer ${token}x` }, false],
  [{ authorization: `Bearer ${token.slice(0, -1)}` }, false],
  [{ 'sec-websocket-protocol': `dppo, ${token}` }, false],
  [{ authorization: 'Bearer wrong', 'sec-websocket-protocol': `bearer.${token}` }, false],
])('is carried by %j or not: %s', (headers, expected) => {
  expect(carries(token, headers)).toBe(expected);
});
