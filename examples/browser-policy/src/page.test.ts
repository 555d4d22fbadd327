import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { withPage } from '@dppo/browser';
import { readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { build, preview } from 'vite';
import { expect, it } from 'vitest';

import { type Point, rod } from './rod.ts';
import { sampler } from './sampler.ts';

const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
const path = fileURLToPath(new URL('../page/policy.safetensors', import.meta.url));

it('refuses a policy that does not denoise', async () => {
  const { spec, params } = await readPolicy(path);
  const { obsDim, actionDim } = spec.network;
  const network = { kind: 'gaussian', obsDim, actionDim, condSteps: 1, horizonSteps: 8 } as const;
  expect(() => sampler({ spec: { ...spec, network }, params })).toThrow(
    new RangeError('sampler: a gaussian policy, wanted one that denoises'),
  );
});

/** Where the rod is after the first two chunks of the page. */
async function afterTwoChunks(): Promise<Point> {
  const file = await readPolicy(path);
  const moving = rod(file.spec.bounds);
  for (const seed of [1, 2]) {
    const chain = await sampler(file)(moving.obs(), 24, seed);
    for (const action of chain[chain.length - 1][0].slice(0, file.spec.task.actSteps)) moving.move(action);
  }
  return moving.position();
}

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
      await page.clock.install();
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      const status = page.locator('#status');
      const says = (text: string | RegExp) => status.filter({ hasText: text }).waitFor();
      await says(/^chunk 1: 24 chains of 20 steps in \d+ ms on wasm$/);
      await page.click('#play'); // pauses after the chunk
      await says(/^chunk 1: .*, then a pause$/);
      await says('paused after chunk 1, ');
      await page.click('#once');
      await says('paused after chunk 2, ');
      const position = /rod at \((.*), (.*)\) m/
        .exec((await status.textContent()) ?? '')
        ?.slice(1)
        .map(Number);
      expect(position).toBeAllclose([...(await afterTwoChunks())], { atol: 6e-4, rtol: 0 }); // it shows millimetres
      /** The colours of a canvas, each as many times as it has pixels of it. */
      const colors = async (id: string) =>
        page.evaluate<Record<string, number>>(`(() => {
          const canvas = document.getElementById('${id}');
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          const counts = {};
          for (let i = 0; i < data.length; i += 4) {
            const color = data.slice(i, i + 4).join();
            counts[color] = (counts[color] ?? 0) + 1;
          }
          return counts;
        })()`);
      for (const id of ['course', 'chain']) {
        const { '0,0,0,0': paper, ...drawn } = await colors(id);
        expect(paper, id).toBeGreaterThan(5000);
        expect(
          Object.values(drawn).reduce((sum, count) => sum + count),
          id,
        ).toBeGreaterThan(5000);
      }
      const [light, dark] = ['213,94,0,255', '255,138,51,255'];
      for (const scheme of ['light', 'dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        const [taken, other] = scheme === 'light' ? [light, dark] : [dark, light];
        await expect.poll(() => colors('chain')).toHaveProperty([taken]);
        expect(await colors('chain')).not.toHaveProperty([other]);
        const rodColor = scheme === 'light' ? '50,90,190,255' : '122,148,213,255';
        expect(await colors('course')).toHaveProperty([rodColor]);
      }

      const counts = page.locator('#score tbody');
      expect(await counts.textContent()).toBe('fine-tuned000pre-trained000');
      await page.clock.pauseAt(Date.now() + 3_600_000);
      await page.selectOption('#policy', 'pre-trained');
      await page.click('#play');
      while (/[1-9]/.exec((await counts.textContent()) ?? '') === null) await page.clock.runFor(1000);
      await says(/^the rod (arrives|touches an obstacle|does not arrive); the next episode follows$/);
      await page.click('#play');
      await says('; paused');
      expect(await counts.textContent()).toMatch(/^fine-tuned000pre-trained(100|010|001)$/);
      expect(complaints).toEqual([]);
    });
  } finally {
    await server.close();
  }
});
