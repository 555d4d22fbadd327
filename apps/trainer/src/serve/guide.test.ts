import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';

import { findChromium, withPage } from '@dppo/browser';
import { expect, it } from 'vitest';

import { served, servedPolicy } from '../../test/served.ts';

const guide = readFileSync(new URL('../../../../docs/guides/serve.md', import.meta.url), 'utf8');
const token = 'a-token-of-24_characters';
const observation = [1.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** The code of the guide in one language, as it asks a server at a port. */
function code(language: string, port: number): string {
  const blocks = [...guide.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))];
  return blocks
    .map(([, text]) => text)
    .join('\n')
    .replaceAll('8000', `${port}`);
}

it('has a client in Python that acts as the policy', async () => {
  const server = await served({ access: { token } });
  const { stdout } = await promisify(execFile)('python3', ['-c', code('python', server.port)], {
    env: { ...process.env, DPPO_TOKEN: token },
  });
  await server.end();
  const policy = await servedPolicy();
  const [printed, numbers] = stdout.trim().split('\n\n');
  const actions: number[][] = printed.split('\n').map((line) => JSON.parse(line));
  expect(Float32Array.from(actions.flat())).toEqual(policy.act(observation));
  expect(Float32Array.from(JSON.parse(numbers))).toEqual(policy.act(observation));
});

it('has a client for browsers that acts as the policy', async ({ skip }) => {
  const refusal = await findChromium().then(() => undefined, String);
  skip(refusal !== undefined, refusal);
  let script = '';
  const site = createServer(({ url }, answer) =>
    url === '/page.js'
      ? answer.setHeader('Content-Type', 'text/javascript').end(script)
      : answer.setHeader('Content-Type', 'text/html').end('<script type="module" src="page.js"></script>'),
  ).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const { port } = site.address() as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  const server = await served({ access: { token, origins: [origin] } });
  script = `const token = '${token}';\n${code('js', server.port)}
    globalThis.found = [actions.flat(), [...numbers]];`;
  const [first, second] = await withPage(async (page) => {
    await page.goto(origin);
    await page.waitForFunction('globalThis.found');
    return page.evaluate<number[][]>('globalThis.found');
  });
  site.close();
  await server.end();
  const policy = await servedPolicy();
  expect(Float32Array.from(first)).toEqual(policy.act(observation));
  expect(Float32Array.from(second)).toEqual(policy.act(observation));
});
