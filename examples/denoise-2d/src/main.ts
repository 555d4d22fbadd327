import { writeFile } from 'node:fs/promises';

import { useBackend } from '@dppo/engine';

import { chainPlot } from './chain-plot.ts';
import { denoise, learn } from './denoise.ts';
import { meanDistance } from './moons.ts';

const { name } = await useBackend('tensorflow', 'wasm', 'cpu');
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
say(`backend ${name}`);

const began = performance.now();
const chain = denoise(await learn(150), 100);
say('steps to go   mean distance to the moon asked for');
for (const [j, cloud] of chain.entries()) {
  say(`${(chain.length - 1 - j).toString().padStart(11)}   ${meanDistance(cloud).toFixed(3)}`);
}
await writeFile('chain.svg', await chainPlot(chain));
say(`wrote chain.svg after ${((performance.now() - began) / 1000).toFixed(0)} s`);
