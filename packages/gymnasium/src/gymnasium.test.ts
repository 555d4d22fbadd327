import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { multiStep, type RgbPicture, unscaled, vectorize, type VecEnv } from '@dppo/env';
import { describeVecEnv } from '@dppo/env/testing';
import { hopper } from '@dppo/mujoco';
import { pythonWith } from '@dppo/testing/python';
import { describe, expect, it } from 'vitest';

import { gymnasium, type GymnasiumEnv, type GymnasiumOptions } from './gymnasium.ts';

const python = pythonWith(new URL('../test/', import.meta.url));
/** A Python without anything. */
const bare = fileURLToPath(new URL('../test/bare-python', import.meta.url));
process.env['PYTHONPATH'] = fileURLToPath(new URL('../test', import.meta.url));

/** Makes environments for as long as `use` takes. */
async function using<T>(
  id: string,
  options: GymnasiumOptions,
  use: (env: GymnasiumEnv) => Promise<T>,
): Promise<T> {
  const env = await gymnasium(id, { python, modules: ['odd_envs'], ...options });
  try {
    return await use(env);
  } finally {
    await env.close();
  }
}

/** Actions that look random, and are the same in Python. */
const actionsAt = (t: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(7 * t + 3 * i + 1));

async function played(env: VecEnv, seed: number, steps: number) {
  return [{ obs: Array.from(await env.reset(seed)) }, ...(await goneOn(env, steps))];
}

async function goneOn(env: VecEnv, steps: number) {
  const size = env.count * env.actionShape.reduce((a, b) => a * b, 1);
  const rows: { obs: number[] }[] = [];
  for (let t = 0; t < steps; t++) {
    const step = await env.step(actionsAt(t, size));
    rows.push(JSON.parse(JSON.stringify({ ...step, obs: Array.from(step.obs) })));
  }
  return rows;
}

const twentySteps = (env: VecEnv) => played(env, 4, 20);

/** Columns of Count's picture that are red, from the left: one of four pixels for each step. */
function redIn({ width, height, rgb }: RgbPicture): number {
  expect([width, height]).toEqual([8, 4]);
  return rgb.filter((value) => value === 255).length / 4;
}

describe('gymnasium', () => {
  // A pendulum, and an arm that pushes a thing to its place; their episodes are cut after 200 and 100 steps.
  it.each([
    ['Pendulum-v1', 3, 1, 200],
    ['Pusher-v5', 23, 7, 100],
  ])('plays %s as Gymnasium does in Python, to the bit', async (id, obsDim, actionDim, limit) => {
    const script = `
import gymnasium, json, numpy as np
env = gymnasium.make("${id}")
obs = [env.reset(seed=5)[0]]
rewards = []
for t in range(210):
    o, r, terminated, truncated, _ = env.step(np.sin(7 * t + 3 * np.arange(${actionDim}) + 1).astype(np.float32))
    rewards.append(r)
    obs.append(env.reset()[0] if terminated or truncated else o)
print(json.dumps({"obs": np.array(obs, np.float32).tolist(), "rewards": np.array(rewards, np.float32).tolist(), "low": env.action_space.low.tolist()}))`;
    const wanted = JSON.parse(execFileSync(python, ['-c', script], { encoding: 'utf8' }));
    await using(id, { count: 1 }, async (env) => {
      expect([env.obsShape, env.actionShape]).toEqual([
        [1, obsDim],
        [1, actionDim],
      ]);
      expect(env.actionSpace.low).toEqual(wanted.low);
      const [obs, rewards]: number[][][] = [[Array.from(await env.reset(5))], []];
      for (let t = 0; t < 210; t++) {
        const step = await env.step(actionsAt(t, actionDim));
        obs.push(Array.from(step.obs));
        rewards.push(Array.from(step.rewards));
        const isCut = t % limit === limit - 1;
        expect([step.terminated[0], step.truncated[0], step.steps[0]]).toEqual([0, Number(isCut), 1]);
      }
      expect(obs).toEqual(wanted.obs);
      expect(rewards.flat()).toEqual(wanted.rewards);
    });
  });

  it('plays the same in one process and in several', async () => {
    const one = await using('Pendulum-v1', { count: 3, processes: 1 }, (env) => played(env, 7, 5));
    const two = await using('Pendulum-v1', { count: 3, processes: 2 }, (env) => played(env, 7, 5));
    expect(two).toEqual(one);
  });

  it("has the trajectories of our own Hopper, chunks, histories and episodes' ends included", async () => {
    const [condSteps, actSteps] = [2, 4];
    const own = await hopper({ version: 'v4' });
    const wanted = await played(
      vectorize(() => multiStep(own, { condSteps, actSteps }), 1),
      3,
      60,
    );
    const found = await using('Hopper-v4', { count: 1, condSteps, actSteps }, (env) => played(env, 3, 60));
    const ends = found.filter((row) => Reflect.get(row, 'terminated')?.[0] === 1);
    expect(ends.length).toBeGreaterThan(1);
    for (const [t, row] of wanted.entries()) {
      for (const [name, values] of Object.entries(row)) {
        expect(Object.values(Reflect.get(found[t], name)), `${name} ${t}`).toBeAllclose(
          Object.values(values).map(Number),
          { atol: 1e-4 },
        );
      }
    }
  });

  it('scales by the ranges that are given, and cuts an episode at a limit of its own', async () => {
    const bounds = { obsMin: [-1, -1, -8], obsMax: [1, 1, 8], actionMin: [-2], actionMax: [2] };
    const plain = await using('Pendulum-v1', { count: 2 }, (env) => played(env, 1, 3));
    const options = { count: 2, bounds, maxEpisodeSteps: 2 };
    await using('Pendulum-v1', options, async (env) => {
      const first = Array.from(await env.reset(1));
      expect(unscaled(Float32Array.from(first), bounds.obsMin, bounds.obsMax)).toBeAllclose(plain[0].obs);
      const half = actionsAt(0, 2).map((action) => action / 2);
      const { obs, truncated } = await env.step(half);
      expect(unscaled(obs, bounds.obsMin, bounds.obsMax)).toBeAllclose(plain[1].obs);
      expect([...truncated]).toEqual([0, 0]);
      const second = await env.step(half);
      expect([[...second.truncated], [...second.terminated]]).toEqual([
        [1, 1],
        [0, 0],
      ]);
    });
  });

  // Starts that are drawn would be drawn more often where one that ended is stepped on within a chunk.
  it.each(
    ['NextStep', 'SameStep', 'Disabled'].flatMap((mode) => [
      [mode, { actSteps: 1, maxEpisodeSteps: 5 }, {}] as const,
      [mode, { actSteps: 3 }, { start: 0.3 }] as const,
    ]),
  )(
    'plays a vector of Python with autoreset %s, %o, as its environments one by one',
    async (mode, sizes, kwargs) => {
      const options = { count: 3, condSteps: 2, processes: 1, ...sizes };
      const wanted = await using('Count-v0', { ...options, kwargs }, twentySteps);
      const vector = { ...options, kwargs: { ...kwargs, autoreset_mode: mode } };
      expect(await using('Counts-v0', vector, twentySteps)).toEqual(wanted);
      expect(wanted.some((row) => Object.values(Reflect.get(row, 'terminated') ?? {}).includes(1))).toBe(
        true,
      );
    },
  );

  it('refuses a vector that resets more of its environments than it was asked to', async () => {
    await using('Careless-v0', { count: 2, processes: 1 }, async (env) => {
      await env.reset(0);
      const steps = async (): Promise<void> => {
        for (let t = 0; t < 10; t++) await env.step(Float32Array.of(0.9, -0.9));
      };
      await expect(steps()).rejects.toThrow(
        /a reset of some of its environments reset others as well, wanted one that knows reset_mask/,
      );
    });
  });

  it('imports the module that stands before a name', async () => {
    const wanted = await using('Count-v0', { count: 1 }, (env) => played(env, 1, 3));
    const options = { count: 1, modules: [] };
    expect(await using('odd_envs:Count-v0', options, (env) => played(env, 1, 3))).toEqual(wanted);
  });

  it('gives a picture of each reset and of each step, once', async () => {
    await using('Count-v0', { count: 1, actSteps: 3, draw: true, kwargs: { start: 0.3 } }, async (env) => {
      await env.reset(0);
      await env.step(new Float32Array(3));
      expect((await env.pictures()).map(redIn)).toEqual([0, 1, 2, 3]);
      await env.step(new Float32Array(3));
      expect((await env.pictures()).map(redIn)).toEqual([4, 0]);
      expect(await env.pictures()).toEqual([]);
    });
  });

  it('flattens observations of several parts, and gives actions the shape of their space', async () => {
    await using('Goal-v0', { count: 1 }, async (env) => {
      expect([env.obsShape, env.actionShape]).toEqual([
        [1, 3],
        [1, 4],
      ]);
      await env.reset(0);
      const { obs } = await env.step(Float32Array.of(0.1, 0.2, 0.3, 0.4));
      expect(obs).toBeAllclose([0.1, 0.2, 0.4]);
    });
  });

  it('lets no print disturb it, and takes an end that is both for an end', async () => {
    await using('OddPrints-v0', { count: 2 }, async (env) => {
      await env.reset(0);
      for (let t = 0; t < 3; t++) expect((await env.step(new Float32Array(2))).rewards).toBeAllclose([1, 1]);
    });
    await using('OddBoth-v0', { count: 1 }, async (env) => {
      await env.reset(0);
      const { terminated, truncated } = await env.step(new Float32Array(1));
      expect([terminated[0], truncated[0]]).toEqual([1, 0]);
    });
  });
});

describeVecEnv('pendulums', () =>
  gymnasium('Pendulum-v1', { python, count: 2, actSteps: 2, condSteps: 2, maxEpisodeSteps: 30 }),
);

describe('saved and restored', () => {
  it.each(['Count-v0', 'MountainCarContinuous-v0', 'Hopper-v4', 'Ant-v5', 'Humanoid-v5'])(
    '%s goes on in another process with the same bits',
    async (id) => {
      const options = { count: 3, processes: 2, condSteps: 2, actSteps: 3, maxEpisodeSteps: 40 };
      const [states, ahead] = await using(id, options, async (env) => {
        await played(env, 2, 5);
        return [structuredClone(await env.save?.()), await goneOn(env, 30)] as const;
      });
      await using(id, options, async (env) => {
        await env.restore?.(states ?? []);
        expect(await goneOn(env, 30)).toEqual(ahead);
        await env.reset(7);
        await env.restore?.(states ?? []);
        expect(await goneOn(env, 30)).toEqual(ahead);
      });
    },
  );

  it.each(['Goal-v0', 'Counts-v0'])('%s is not, as it does not say its state', async (id) => {
    await using(id, { count: 1 }, async (env) =>
      expect([env.save, env.restore]).toEqual([undefined, undefined]),
    );
  });

  it('refuses a state of another environment', async () => {
    const states = await using('Hopper-v4', { count: 1 }, async (env) => {
      await env.reset(0);
      return env.save?.();
    });
    await using('Ant-v5', { count: 1 }, async (env) => {
      await expect(env.restore?.(states ?? [])).rejects.toThrow(
        /ValueError: .*a state with observations of 11 numbers, wanted 105$/,
      );
    });
  });
});

it('lets a program end that forgets to close', () => {
  const module = JSON.stringify(new URL('gymnasium.ts', import.meta.url).href);
  const script = `
const { gymnasium } = await import(${module});
const env = await gymnasium('Pendulum-v1', { count: 1, python: ${JSON.stringify(python)} });
console.log((await env.reset(0)).length);`;
  const words = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval', script];
  expect(execFileSync(process.execPath, words, { encoding: 'utf8' })).toBe('3\n');
});

describe('says what went wrong', () => {
  it.each<[string, RegExp]>([
    ['OddRaises-v0', /gymnasium: Traceback[^]*odd_envs\.py[^]*ValueError: the arm is broken$/],
    ['OddExits-v0', /gymnasium: the Python process ended with 3: it said nothing/],
    ['OddHangs-v0', /gymnasium: no answer for 10 s/],
  ])('in %s, and is closed then', async (id, message) => {
    await using(id, { count: 1, timeout: 10 }, async (env) => {
      await env.reset(0);
      await expect(env.step(new Float32Array(1))).rejects.toThrow(message);
      await expect(env.step(new Float32Array(1))).rejects.toThrow('these environments are closed');
    });
  });

  it.each<[string, Partial<GymnasiumOptions>, RegExp]>([
    ['Nothing-v0', {}, /NameNotFound/],
    ['Discrete-v0', {}, /actions are Discrete\(2\), wanted a Box/],
    ['Pendulum-v1', { modules: ['no_such_module'] }, /No module named 'no_such_module'/],
    ['Pendulum-v1', { kwargs: { gravity: 'up' } }, /Traceback/],
    [
      'Pendulum-v1',
      { python: bare },
      /No module named '(gymnasium|numpy)'.*; wanted a Python that has Gymnasium/,
    ],
    ['Pendulum-v1', { python: '/no/python' }, /\/no\/python cannot be started: .*ENOENT/],
    ['Pendulum-v1', { count: 0 }, /count is 0, wanted a whole number of at least 1/],
  ])('where %s is made with %o', async (id, options, message) => {
    await expect(using(id, { count: 1, ...options }, (env) => env.reset(0))).rejects.toThrow(message);
  });
});
