import { batch } from './batch.ts';
import type { Batch, Shapes, VecStep } from './batch.ts';
import { sizeOf } from './env.ts';
import type { EnvState } from './env.ts';

/** N environments that step together; an environment whose episode ended is reset at once. */
export interface VecEnv {
  /** N */
  readonly count: number;
  /** of one observation */
  readonly obsShape: readonly number[];
  /** of one action */
  readonly actionShape: readonly number[];
  /**
   * Starts all episodes and returns their first observations [N, …obsShape]. Environment i is seeded with `seeds[i]`, or with
   * `seed` + i where one number is given, as Gymnasium does; without one each goes on with its own generator (the first time:
   * seed 0). After an automatic reset an environment goes on with its own generator as well. The array is a buffer, as in
   * VecStep. Rejects with a RangeError for another number of seeds, or one that is no whole number from 0.
   */
  reset(seed?: number | readonly number[]): Promise<Float32Array>;
  /**
   * Takes `actions` [N, …actionShape]. Rejects, and closes all environments, when one of them fails; rejects before the first
   * `reset`, after `close`, and with a RangeError for another number of actions.
   */
  step(actions: Float32Array): Promise<VecStep>;
  /** The states of all environments, in their order, as `Env.save` gives them; absent, together with `restore`, unless each has both. Rejects before the first `reset`. */
  readonly save?: () => Promise<readonly EnvState[]>;
  /**
   * Lets environment i go on from `states[i]`, in place of `reset`. Rejects with a RangeError for another number of states, and closes all
   * environments where one of them refuses its own.
   */
  readonly restore?: (states: readonly EnvState[]) => Promise<void>;
  /** Frees threads and memory; harmless when called again. */
  close(): Promise<void>;
}

/** `save` and `restore` of a vector. */
export type SavableStates = Required<Pick<VecEnv, 'save' | 'restore'>>;

/** What steps N environments, wherever they are: the rows of `rows` are its only input and output. */
export interface Driver {
  /** one row for each environment, as `batch` makes them; may lie in shared memory */
  readonly rows: Batch;
  /**
   * Starts all episodes, environment i with element i of `seeds`, and writes `obs` and `reached`; without them each environment goes on
   * with its own generator.
   */
  reset(seeds: readonly number[] | undefined): Promise<void>;
  /**
   * Takes the actions in `rows` and writes all the other rows. An environment whose episode ended is reset at once: `reached`
   * keeps what the step led to, `obs` is what the reset gave.
   */
  step(): Promise<void>;
  /** `save` and `restore` of the vector; absent unless each environment has both. */
  readonly states?: SavableStates | undefined;
  /** Frees what the driver holds; called more than once. */
  close(): Promise<void>;
}

const columns = [
  'obs',
  'reached',
  'rewards',
  'terminated',
  'truncated',
  'steps',
  'success',
  'progress',
] as const satisfies readonly (keyof VecStep)[];

/**
 * A VecEnv of `count` environments that `driver` steps. The checks are made here: a driver sees N whole seeds or none, actions of
 * the right length, a state for each environment, one call at a time, none before the first `reset` and none after `close`. When it rejects it is closed.
 */
export function vecEnv(count: number, { obsShape, actionShape }: Shapes, driver: Driver): VecEnv {
  const { actions: _, ...out } = batch(count, { obsShape, actionShape });
  const { states } = driver;
  let state: 'new' | 'ready' | 'busy' | 'closed' = 'new';
  const isClosed = (): boolean => state === 'closed';

  async function run<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
    if (state === 'busy') throw new Error(`${name}: called before the last step or reset was over`);
    if (isClosed()) throw new Error(`${name}: these environments are closed`);
    state = 'busy';
    let result: Result;
    try {
      result = await call();
    } catch (error) {
      await close();
      throw error;
    }
    if (isClosed()) throw new Error(`${name}: closed before it was over`);
    state = 'ready';
    return result;
  }

  function show(): void {
    for (const key of columns) out[key].set(driver.rows[key]);
  }

  async function close(): Promise<void> {
    state = 'closed';
    await driver.close();
  }

  function checkBegun(name: string): void {
    if (state === 'new') throw new Error(`${name}: called before the first reset`);
  }

  return {
    count,
    obsShape,
    actionShape,
    close,
    async reset(seed?: number | readonly number[]): Promise<Float32Array> {
      const given = seed ?? (state === 'new' ? 0 : undefined);
      const seeds = given === undefined ? undefined : seedsOf(given, count);
      await run('reset', () => driver.reset(seeds));
      show();
      return out.obs;
    },
    async step(actions: Float32Array): Promise<VecStep> {
      const size = count * sizeOf(actionShape);
      if (actions.length !== size) {
        throw new RangeError(
          `step: actions have ${actions.length} numbers, wanted ${size} = [${[count, ...actionShape].join(', ')}]`,
        );
      }
      checkBegun('step');
      await run('step', () => {
        driver.rows.actions.set(actions);
        return driver.step();
      });
      show();
      return out;
    },
    ...(states && {
      async save(): Promise<readonly EnvState[]> {
        checkBegun('save');
        return run('save', () => states.save());
      },
      async restore(given: readonly EnvState[]): Promise<void> {
        if (given.length !== count)
          throw new RangeError(`restore: ${given.length} states, wanted ${count}, one for each environment`);
        await run('restore', () => states.restore(given));
      },
    }),
  };
}

/** A seed for each of `count` environments. */
function seedsOf(seed: number | readonly number[], count: number): readonly number[] {
  const seeds = typeof seed === 'number' ? Array.from({ length: count }, (_, i) => seed + i) : seed;
  if (seeds.length !== count) {
    throw new RangeError(`reset: ${seeds.length} seeds, wanted ${count}, one for each environment`);
  }
  const wrong = seeds.find((value) => !Number.isSafeInteger(value) || value < 0);
  if (wrong !== undefined) {
    const found = typeof seed === 'number' ? `seed is ${seed}` : `a seed is ${wrong}`;
    throw new RangeError(`reset: ${found}, wanted whole numbers in [0, 2⁵³) for all ${count} environments`);
  }
  return seeds;
}
