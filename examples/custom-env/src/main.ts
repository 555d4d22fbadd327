import { useBackend } from '@dppo/engine';

import { learn } from './learn.ts';

const { name } = await useBackend('tensorflow', 'wasm', 'cpu');
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
say(`backend ${name}`);

const returns: number[] = [];
for await (const { iteration, envSteps, meanReturn } of learn({ iterations: 60, evalEvery: 10, count: 25 })) {
  say(`iteration ${iteration}: ${envSteps} env steps, return ${meanReturn.toFixed(1)}`);
  returns.push(meanReturn);
}

const [before, after] = [returns[0], returns[returns.length - 1]];
if (after < 5 * before) {
  throw new Error(`learned too little: return ${before} before, ${after} after, wanted five times as much`);
}
