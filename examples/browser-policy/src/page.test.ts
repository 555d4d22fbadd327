import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { withPage } from '@dppo/browser';
import { readTensors } from '@dppo/checkpoint';
import * as tf from '@tensorflow/tfjs';
import { build, preview } from 'vite';
import { expect, it } from 'vitest';

import { type PolicyFile, readPolicy } from './read-policy.ts';
import { type Point, rod } from './rod.ts';
import { sampler } from './sampler.ts';

const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
const path = fileURLToPath(new URL('../page/policy.safetensors', import.meta.url));

async function policy(): Promise<PolicyFile> {
  return readPolicy(new Uint8Array(await readFile(path)).buffer);
}

it('reads the weights that the library reads', async () => {
  const { spec, actor, frozen } = await policy();
  const { tensors, metadata } = await readTensors(path);
  expect(JSON.parse(metadata.dppo)).toEqual(spec);
  expect(Object.keys(tensors)).toHaveLength(Object.keys(actor).length + Object.keys(frozen).length);
  for (const name of Object.keys(actor)) {
    expect(actor[name]).toBeAllclose(tensors[`actor.${name}`], { atol: 0, rtol: 0 });
    expect(frozen[name]).toBeAllclose(tensors[`frozen.${name}`], { atol: 0, rtol: 0 });
  }
});

it('refuses a file that is no policy', () => {
  const header = new TextEncoder().encode('{}      ');
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  expect(() => readPolicy(file.buffer)).toThrow('readPolicy: no description of a policy in the file');
});

/** Where the rod is after the first two chunks of the page. */
async function afterTwoChunks(): Promise<Point> {
  const file = await policy();
  const moving = rod(file.spec.bounds);
  for (const seed of [1, 2]) {
    const chain = await sampler(file)(moving.obs(), 24, seed);
    for (const action of chain[chain.length - 1][0].slice(0, file.spec.actSteps)) moving.move(action);
  }
  return moving.position();
}

const pauseAfterTwoChunks = `addEventListener('DOMContentLoaded', () => {
  const [status, play] = ['status', 'play'].map((id) => document.getElementById(id));
  const observer = new MutationObserver(() => {
    if (!status.textContent.startsWith('chunk 1:')) return;
    observer.disconnect();
    play.click(); // pauses after the chunk that has begun
  });
  observer.observe(status, { childList: true });
});`;

it('samples in a browser on WebAssembly what it samples here, and draws it', async ({ skip }) => {
  skip(tf.getBackend() !== 'tensorflow', 'once is enough');
  const refusal = await withPage(async () => '').catch(String);
  skip(refusal.includes('no Chromium'), refusal);

  const outDir = await mkdtemp(join(tmpdir(), 'dppo-'));
  await build({ configFile, logLevel: 'silent', build: { outDir } });
  const server = await preview({ configFile, logLevel: 'silent', build: { outDir }, preview: { port: 0 } });
  try {
    await withPage(async (page) => {
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      // In the page itself, which may be further before a word from here reaches it.
      await page.addInitScript(pauseAfterTwoChunks);
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      await page.waitForFunction("document.querySelector('#status').textContent.startsWith('chunk 2:')");
      const status = await page.textContent('#status');
      expect(status).toContain(' on wasm, ');
      const position = /rod at \((.*), (.*)\) m/
        .exec(status ?? '')
        ?.slice(1)
        .map(Number);
      expect(position).toBeAllclose([...(await afterTwoChunks())], { atol: 6e-4, rtol: 0 }); // it shows millimetres
      for (const id of ['course', 'chain']) {
        const drawn = await page.evaluate<number>(`(() => {
          const canvas = document.getElementById('${id}');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const background = new Set([0, 0xffffffff]);
          return new Uint32Array(data.buffer).filter((pixel) => !background.has(pixel)).length;
        })()`);
        expect(drawn, id).toBeGreaterThan(5000);
      }
      expect(complaints).toEqual([]);
    });
  } finally {
    await server.close();
  }
});
