import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { robotNames, walked, wrapped } from '../test/walked.ts';
import { findMujocoLibrary } from './index.ts';

/** What a process of its own makes of states. */
async function elsewhere(given: readonly unknown[]): Promise<unknown> {
  const script = fileURLToPath(new URL('../test/walk-on.ts', import.meta.url));
  const words = ['--conditions=@dppo/source', '--import', import.meta.resolve('tsx'), script];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(given));
  return json(child.stdout);
}

it.for([
  ['wasm', true],
  ['library', findMujocoLibrary() !== undefined],
] as const)(
  'saved robots on the engine %s, in all wrappers, go on in another process with the same bits',
  async ([engine, isHere], { skip }) => {
    if (!isHere) skip('it is not here');
    const given: unknown[] = [];
    const ahead: string[] = [];
    for (const robot of robotNames) {
      const env = await wrapped(robot, engine);
      env.reset(3);
      walked(env, 5);
      const state = Buffer.from((env.save?.() ?? new Float64Array()).buffer).toString('base64');
      // 30 chunks of 4 actions: two ends at the limit of 50 steps, and starts from the generator after them.
      given.push([robot, engine, state, 30]);
      ahead.push(walked(env, 30));
    }
    expect(new Set(ahead).size).toBe(robotNames.length);
    expect(await elsewhere(given)).toEqual(ahead);
  },
);
