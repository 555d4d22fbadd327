import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { chainPlot } from './chain-plot.ts';
import { denoise, learn } from './denoise.ts';
import { distanceTo, meanDistance } from './moons.ts';

it('ends the chain on the moon that was asked for', async ({ skip }) => {
  skip(tf.getBackend() !== 'tensorflow', 'takes a minute in plain JavaScript');
  const chain = denoise(await learn(80), 100);
  expect(meanDistance(chain[15])).toBeLessThan(0.12 * meanDistance(chain[0]));
  const right = chain[15].filter(
    ({ moon, point }) => distanceTo(moon, point) < distanceTo(moon === 0 ? 1 : 0, point),
  );
  expect(right.length).toBeGreaterThan(85);
});

it('comes nearer to the moons in four epochs, and draws every step', async () => {
  const chain = denoise(await learn(4), 20);
  expect(chain).toHaveLength(16);
  expect(meanDistance(chain[15])).toBeLessThan(meanDistance(chain[0]));
  const svg = await chainPlot(chain);
  expect(svg.match(/<path [^>]*fill="#0072b2"/g)).toHaveLength(16 * 10 + 1); // and one in the legend
});

it('measures the distance to a moon', () => {
  // The upper moon's top, (0, 1), is at ((0 − 0.5)/1.6, (1 − 0.25)/1.6).
  expect(distanceTo(0, [-0.3125, 0.46875])).toBeCloseTo(0, 5);
  expect(distanceTo(0, [-0.3125, 0.96875])).toBeCloseTo(0.5, 5);
});
