import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';

import { batch } from './batch.ts';
import { multiStep } from './multi-step.ts';
import { goOn, run } from './testing/describe-vec-env.ts';
import { pointMass } from './point-mass.ts';
import { describeVecEnv } from './testing/index.ts';
import pointMassEnv from './testing/point-mass-env.ts';
import type { Fault } from './testing/point-mass-env.ts';
import { timeLimit } from './time-limit.ts';
import { uniform } from './uniform.ts';
import { vecEnv, type VecEnv } from './vec-env.ts';
import { vectorize } from './vectorize.ts';
import { workers } from './workers.ts';

const module = new URL('./testing/point-mass-env.ts', import.meta.url);
const faulty = (fault: Fault) => workers(module, { count: 5, workers: 2, data: fault });

/** Walkers on a line that end beyond ±1, all stepped by one loop. */
function walkers(count: number): VecEnv {
  const shapes = { obsShape: [1], actionShape: [1] };
  const rows = batch(count, shapes);
  const randoms = Array.from({ length: count }, () => uniform(0));
  return vecEnv(count, shapes, {
    rows,
    async reset(seeds) {
      for (let i = 0; i < count; i++) {
        if (seeds !== undefined) randoms[i] = uniform(seeds[i]);
        rows.obs[i] = rows.reached[i] = randoms[i]();
      }
    },
    async step() {
      for (let i = 0; i < count; i++) {
        rows.reached[i] = rows.obs[i] + rows.actions[i];
        rows.rewards[i] = -Math.abs(rows.reached[i]);
        rows.terminated[i] = Number(Math.abs(rows.reached[i]) > 1);
        rows.steps[i] = 1;
        rows.obs[i] = rows.terminated[i] ? randoms[i]() : rows.reached[i];
      }
    },
    close: async () => {},
  });
}

describeVecEnv('vectorize', () => vectorize((i) => pointMassEnv(undefined, i), 5));
describeVecEnv('workers', () => workers(module, { count: 5, workers: 2 }));
describeVecEnv('vecEnv on a driver made by hand', () => walkers(3));

describe('vectorize', () => {
  it('names the environment that failed and its seed, and closes', async () => {
    const env = vectorize((i) => pointMassEnv({ index: 3, at: 1, how: 'throw' }, i), 5);
    await env.reset(10);
    await env.step(new Float32Array(15));
    await expect(env.step(new Float32Array(15))).rejects.toThrow(
      'environment 3 (seed 13): the mass fell off the line',
    );
    await expect(env.step(new Float32Array(15))).rejects.toThrow('closed');
  });

  it('refuses to step before the first reset and after the last', async () => {
    const env = vectorize((i) => pointMassEnv(undefined, i), 2);
    await expect(env.step(new Float32Array(6))).rejects.toThrow('step: called before the first reset');
    await env.close();
    await expect(env.reset(0)).rejects.toThrow('reset: these environments are closed');
  });

  it('refuses a seed that leaves none for the last environment', async () => {
    const env = vectorize((i) => pointMassEnv(undefined, i), 2);
    await expect(env.reset(Number.MAX_SAFE_INTEGER)).rejects.toThrow('reset: seed is 9007199254740991');
    await env.reset(Number.MAX_SAFE_INTEGER - 1);
  });

  it('names the first environment whose shapes differ', () => {
    expect(() => vectorize((i) => multiStep(pointMass(), { actSteps: i < 2 ? 1 : 4 }), 3)).toThrow(
      'vectorize: environment 2 has observations [1, 2] and actions [4',
    );
  });

  it('names the environment whose observation has a wrong length', async () => {
    const env = vectorize(
      (i) => (i === 1 ? { ...pointMass(), reset: () => new Float32Array(3) } : pointMass()),
      2,
    );
    await expect(env.reset(0)).rejects.toThrow('environment 1 (seed 1): observation has 3 numbers');
  });

  it('counts the steps taken by each environment up to its end', async () => {
    const env = vectorize((i) => pointMassEnv(undefined, i), 2);
    await env.reset(0);
    let last;
    for (let t = 0; t < 7; t++) last = await env.step(new Float32Array(6));
    // Seven chunks of 3 actions end in the time limit of 20: the last has 2.
    expect(last).toMatchObject({ steps: Uint16Array.of(2, 2), truncated: Uint8Array.of(1, 1) });
  });
});

describe('a vector of which one cannot be saved', () => {
  it('has neither save nor restore', () => {
    const { save: _, restore: __, ...unsavable } = pointMass();
    const env = vectorize((i) => timeLimit(i === 1 ? unsavable : pointMass(), 5), 3);
    expect(env).not.toHaveProperty('save');
    expect(env).not.toHaveProperty('restore');
  });
});

describe('vecEnv', () => {
  it('closes its driver when a step of it rejects, and passes its error on', async () => {
    const closed: string[] = [];
    const shapes = { obsShape: [1], actionShape: [1] };
    const env = vecEnv(1, shapes, {
      rows: batch(1, shapes),
      reset: async () => {},
      step: () => Promise.reject(new Error('the machine is gone')),
      close: async () => void closed.push('closed'),
    });
    await env.reset(0);
    await expect(env.step(new Float32Array(1))).rejects.toThrow('the machine is gone');
    expect(closed).toEqual(['closed']);
    await expect(env.step(new Float32Array(1))).rejects.toThrow('these environments are closed');
  });
});

describe('workers', () => {
  it('say that there are no threads where there is no Node.js', async () => {
    vi.stubGlobal('process', undefined);
    const made = workers(module, { count: 1 });
    vi.unstubAllGlobals();
    await expect(made).rejects.toThrow('workers: there are no worker threads of Node.js here');
  });

  it.each([1, 2, 3])('give with %i threads what one thread gives without', async (threads) => {
    const env = await workers(module, { count: 5, workers: threads });
    const here = vectorize((i) => pointMassEnv(undefined, i), 5);
    try {
      expect(await run(env, 6, 1000)).toEqual(await run(here, 6, 1000));
    } finally {
      await env.close();
    }
  });

  it('go on from states of another number of threads, and of none', async () => {
    const env = await workers(module, { count: 5, workers: 2 });
    const more = await workers(module, { count: 5, workers: 3 });
    const here = vectorize((i) => pointMassEnv(undefined, i), 5);
    try {
      await run(env, 6, 20);
      const states = (await env.save?.()) ?? [];
      const ahead = await goOn(env, 7, 50);
      for (const other of [more, here]) {
        await other.restore?.(states);
        expect(await goOn(other, 7, 50)).toEqual(ahead);
        expect(await other.save?.()).toEqual(await env.save?.());
      }
    } finally {
      await Promise.all([env.close(), more.close()]);
    }
  });

  it('name the environment that refuses a state, and close', async () => {
    const env = await workers(module, { count: 5, workers: 2 });
    await env.reset(0);
    const states = [...((await env.save?.()) ?? [])];
    states[3] = states[3].subarray(1);
    await expect(env.restore?.(states)).rejects.toThrow(/environment 3 .*: multiStep: state/);
    await expect(env.reset(0)).rejects.toThrow('closed');
  });

  it.each([
    ['throws', 'throw', 'the mass fell off the line'],
    ['ends its thread', 'exit', 'its thread ended with exit code 7'],
  ] as const)('name the environment that %s in a step, and its seed', async (_, how, message) => {
    const env = await faulty({ index: 3, at: 1, how });
    await env.reset(10);
    await env.step(new Float32Array(15));
    await expect(env.step(new Float32Array(15))).rejects.toThrow(`environment 3 (seed 13): ${message}`);
    await expect(env.reset(0)).rejects.toThrow('closed');
  });

  it.each([
    ['throws', 'throw', 'the mass fell off the line'],
    ['ends its thread', 'exit', 'its thread ended with exit code 7'],
  ] as const)('name the environment that %s in a reset, and its seed', async (_, how, message) => {
    const env = await faulty({ index: 0, at: 'reset', how });
    await expect(env.reset(20)).rejects.toThrow(`environment 0 (seed 20): ${message}`);
  });

  it.each([
    ['throws', 'throw', 'the mass fell off the line'],
    ['ends its thread', 'exit', 'its thread ended with exit code 7'],
  ] as const)('name the environment that %s when it is made', async (_, how, message) => {
    await expect(faulty({ index: 4, at: 'make', how })).rejects.toThrow(
      `environment 4 (not seeded yet): ${message}`,
    );
  });

  it.each([
    ['makes', 'make', 'environment 3 (not seeded yet): its making has not returned within 20 s'],
    ['resets', 'reset', 'environment 3 (seed 13): reset has not returned within 4 s'],
    ['steps', 1, 'environment 3 (seed 13): step has not returned within 4 s'],
  ] as const)('name the environment that %s for ever, and end its thread', async (_, at, sentence) => {
    const data: Fault = { index: 3, at, how: 'hang' };
    const running = async (): Promise<void> => {
      const env = await workers(module, { count: 5, workers: 2, data, timeout: 4 });
      await env.reset(10);
      for (;;) await env.step(new Float32Array(15));
    };
    await expect(running()).rejects.toThrow(
      `${sentence}; a slower one needs a longer timeout (--env-timeout)`,
    );
  });

  it('lets many environments take longer than the timeout together', async () => {
    const slow = `export default () => {
      const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      const obs = new Float32Array(1);
      return { obsShape: [1], actionShape: [1], reset: () => (wait(), obs),
        step: () => (wait(), { obs, reward: 0, terminated: false, truncated: false }) };
    };`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(slow)}`);
    const env = await workers(url, { count: 20, workers: 1, timeout: 3 });
    await env.reset(0);
    await env.step(new Float32Array(20));
    // Nobody waits for an answer now: that is no hang.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await env.step(new Float32Array(20));
    await env.close();
  });

  it.each([0, -1, NaN, Infinity])('refuse a timeout of %d seconds', async (timeout) => {
    await expect(workers(module, { count: 1, timeout })).rejects.toThrow(
      new RangeError(`workers: timeout is ${timeout}, wanted seconds above 0 and at most 1e6`),
    );
  });

  it('say what a thread died of that no environment threw', async () => {
    const made = faulty({ index: 4, at: 'make', how: 'reject' });
    await expect(made.then((env) => env.reset(0))).rejects.toThrow(
      /environment 4 .*: nobody caught the mass/,
    );
  });

  it('say so when the module is missing or exports no function', async () => {
    const options = { count: 2, workers: 1 };
    await expect(workers(new URL('./nothing.ts', import.meta.url), options)).rejects.toThrow('nothing.ts');
    await expect(workers(new URL('./env.ts', import.meta.url), options)).rejects.toThrow('no default export');
  });

  it('name an environment without shapes', async () => {
    const none = new URL('data:text/javascript,export default () => ({})');
    await expect(workers(none, { count: 2, workers: 1 })).rejects.toThrow(
      'workers: environment 0 has no obsShape and actionShape',
    );
  });

  it('reject the step that is under way when they are closed', async () => {
    const env = await workers(module, { count: 2, workers: 1 });
    await env.reset(0);
    // Expected before it happens: a rejection that nobody waits for yet would count as unhandled.
    const step = env.step(new Float32Array(6));
    await Promise.all([expect(step).rejects.toThrow('closed before'), env.close()]);
  });

  it('refuse a second step before the first is over', async () => {
    const env = await workers(module, { count: 2, workers: 1 });
    await env.reset(0);
    const step = env.step(new Float32Array(6));
    await expect(env.step(new Float32Array(6))).rejects.toThrow('before the last step');
    await step;
    await env.close();
  });

  it.for([
    ['that forgot to close them', undefined, 'stepped'],
    [
      'in which one of them died',
      { index: 1, at: 0, how: 'exit' },
      'environment 1 (seed 1): its thread ended',
    ],
  ])('let the process end %s', async ([, data, said], { signal }) => {
    const script = `
      const { workers } = await import('${new URL('./workers.ts', import.meta.url).href}');
      const options = { count: 2, workers: 2, data: ${JSON.stringify(data)} };
      const env = await workers(new URL('${module.href}'), options);
      await env.reset(0);
      console.log(await env.step(new Float32Array(6)).then(() => 'stepped', (error) => error.message));`;
    const args = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval', script];
    const cwd = new URL('.', import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, signal });
    expect(stdout).toContain(said);
  });
});
