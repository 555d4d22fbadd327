import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { type EnvState, pointMass } from '@dppo/env';
import { describe, expect, it } from 'vitest';

import { pusht } from './pusht.ts';
import { pushed } from '../test/pushed.ts';
import { downStem, shortOfGoal } from '../test/short-of-goal.ts';

const noEpisode = 'pusht: step without an episode, wanted a reset before it';

/** What a process of its own comes to from a state. */
function elsewhere(state: EnvState, steps: number): unknown {
  const script = fileURLToPath(new URL('../test/push-on.ts', import.meta.url));
  const words = ['--conditions=@dppo/source', '--import', import.meta.resolve('tsx'), script, `${steps}`];
  const input = JSON.stringify(Array.from(state));
  return JSON.parse(execFileSync(process.execPath, words, { input, encoding: 'utf8' }));
}

describe('what pusht saves', () => {
  it('goes on in another process with the same bits', () => {
    const [env, here] = [pusht(), pusht()];
    env.reset(3);
    pushed(env, 40);
    const state = env.save();
    expect(elsewhere(state, 60)).toEqual(pushed(env, 60));
    env.reset(4);
    expect(env.save()).toHaveLength(17);
    here.restore(state);
    expect(here.save()).toEqual(state);
  });

  it('stands past the end where it was saved past the end', () => {
    const [here, there] = [pusht({ start: shortOfGoal }), pusht({ start: shortOfGoal })];
    const target = Float32Array.from(downStem(120 + 15));
    here.reset();
    while (!here.step(target).terminated);
    there.restore(here.save());
    expect(() => there.step(target)).toThrow(noEpisode);
  });

  it('waits for the first reset where it was saved before it', () => {
    const [here, there] = [pusht(), pusht()];
    there.reset(3);
    there.restore(here.save());
    expect(there.save()).toEqual(here.save());
    expect(() => there.step(Float32Array.of(1, 1))).toThrow(noEpisode);
    expect([there.reset(), there.reset()]).toEqual([here.reset(), here.reset()]);
  });

  it('is refused where it is none of its own, and changes nothing then', () => {
    const env = pusht();
    env.reset(3);
    const state = env.save();
    const foreign = [new Float64Array(0), new Float64Array(12).fill(1.5), pointMass().save?.() ?? state];
    for (const given of [...foreign, state.slice(1), state.map((value, i) => (i === 0 ? Number.NaN : value))])
      expect(() => env.restore(given)).toThrow(
        new RangeError(
          `pusht: state of ${given.length} numbers is none of its own, wanted one that begins with ${state[0]}`,
        ),
      );
    for (const [given, found] of [
      [state.slice(0, 3), 'state has 3 numbers, wanted 7'],
      [state.slice(0, 16), 'state has 16 numbers, wanted 17'],
      [Float64Array.of(...state, 5), 'state has 18 numbers, wanted 17'],
      [state.map((value, i) => (i === 9 ? Infinity : value)), 'state[9] is Infinity, wanted finite numbers'],
      [Float64Array.of(...state, 5, 513), 'state has actions in it that are none in [0, 512]'],
    ] as const)
      expect(() => env.restore(given)).toThrow(new RangeError(`pusht: ${found}`));
    expect(env.save()).toEqual(state);
  });

  it('is refused by an environment of another start', () => {
    const [drawn, given] = [pusht(), pusht({ start: { x: 1, y: 2, block: { x: 3, y: 4, angle: 5 } } })];
    const other = pusht({ start: { x: 1, y: 2, block: { x: 3, y: 4, angle: 6 } } });
    for (const env of [drawn, given, other]) env.reset();
    const [all, one] = ['starts that are drawn', 'the start [1, 2, 3, 4, 5]'];
    for (const [env, state, found, wanted] of [
      [given, drawn.save(), all, one],
      [drawn, given.save(), one, all],
      [given, other.save(), 'the start [1, 2, 3, 4, 6]', one],
    ] as const)
      expect(() => env.restore(state)).toThrow(
        new RangeError(`pusht: state is of ${found}, wanted one of ${wanted}`),
      );
  });
});
