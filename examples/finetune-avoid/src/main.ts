import { useBackend } from '@dppo/engine';

import { learn } from './learn.ts';

const { name } = await useBackend('tensorflow', 'wasm', 'cpu');
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
say(`backend ${name}`);

const returns: number[] = [];
const learning = learn({ episodes: 100, epochs: 150, iterations: 50, evalEvery: 10, count: 50 });
for await (const { iteration, envSteps, meanReturn } of learning) {
  say(`iteration ${iteration}: ${envSteps} env steps, return ${meanReturn.toFixed(1)}`);
  returns.push(meanReturn);
}

const [before, after] = [returns[0], returns[returns.length - 1]];
if (after < before + 10) {
  throw new Error(`learned too little: return ${before} before, ${after} after, wanted 10 more`);
}
