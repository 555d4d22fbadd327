import { useBackend } from '@dppo/engine';

import { learn } from './learn.ts';

const { name } = await useBackend('tensorflow', 'wasm', 'cpu');
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
say(`backend ${name}`);
say('iteration   env steps   return   seconds   CPU seconds');

const returns: number[] = [];
const began = performance.now();
for await (const { iteration, envSteps, meanReturn } of learn({
  episodes: 100,
  epochs: 150,
  iterations: 50,
  evalEvery: 10,
  count: 50,
})) {
  const { user, system } = process.cpuUsage();
  const seconds = (performance.now() - began) / 1000;
  say(
    [
      iteration.toString().padStart(9),
      envSteps.toString().padStart(9),
      meanReturn.toFixed(1).padStart(6),
      seconds.toFixed(0).padStart(7),
      ((user + system) / 1e6).toFixed(0).padStart(11),
    ].join('   '),
  );
  returns.push(meanReturn);
}

const [before, after] = [returns[0], returns[returns.length - 1]];
if (after < before + 10) throw new Error(`learned too little: return ${before} before, ${after} after`);
