import { availableParallelism } from 'node:os';

import {
  batch,
  type Batch,
  type Bounds,
  checkBounds,
  type RgbPicture,
  scaled,
  unscaled,
  type VecEnv,
  vecEnv,
} from '@dppo/env';
import { z } from 'zod';

import { each } from './part.ts';
import { pythonProcess } from './python-process.ts';
import { statesIn } from './states.ts';

/** How environments of Gymnasium are made and stepped. */
export interface GymnasiumOptions {
  /** N, environments. */
  readonly count: number;
  /** To, observations given at once, the oldest first. */
  readonly condSteps?: number;
  /** Ta, actions taken at once; a chunk stops where the episode ends, and its rewards are summed. */
  readonly actSteps?: number;
  /** Environment steps after which an episode is cut, if nothing ended it before; no limit but the environment's own by default. */
  readonly maxEpisodeSteps?: number;
  /** Ranges that observations and actions are scaled from to [−1, 1], as `normalize` of @dppo/env does; not scaled by default. */
  readonly bounds?: Bounds;
  /** What `gymnasium.make` is given beside the name. */
  readonly kwargs?: Readonly<Record<string, unknown>>;
  /** Python modules that register environments when they are imported. */
  readonly modules?: readonly string[];
  /** The Python that has Gymnasium; `python3` by default. */
  readonly python?: string;
  /** Python processes that share the environments; as many as processors by default. */
  readonly processes?: number;
  /** How long an answer may take, seconds; 60 by default. */
  readonly timeout?: number;
  /** Draws every step of environments in `rgb_array`, for `pictures`; not by default. */
  readonly draw?: boolean;
}

/** The numbers of a vector and their bounds; null where there is none. */
const space = z.object({
  size: z.number(),
  low: z.array(z.number().nullable()),
  high: z.array(z.number().nullable()),
});
const spaces = z.object({ obs: space, action: space, savable: z.boolean() });

/** Bounds of one kind of numbers; infinite where there are none. */
export interface Space {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Environments of Gymnasium, and what they say of their numbers. */
export interface GymnasiumEnv extends VecEnv {
  readonly obsSpace: Space;
  readonly actionSpace: Space;
  /** What was drawn at each reset and environment step since this was asked last, of one environment after another; nothing without `draw`. */
  pictures(): Promise<RgbPicture[]>;
}

/**
 * N environments `gymnasium.make(id)` in Python processes, as one vector: observations [N, To, Do], actions [N, Ta, Da], in the units of the
 * environment unless there are `bounds`. Observations that are no Box are flattened, as `FlattenObservation` does. An episode that is both terminated and
 * truncated is terminated. What is registered with a `vector_entry_point` is made by `gymnasium.make_vec`, a vector in each process.
 *
 * @param id - as `gymnasium.make` takes it, such as `Pendulum-v1`, or `my_module:MyEnv-v0` where importing a module registers it
 * @throws RangeError for counts that are no whole numbers above 0; Error with Python's traceback where it raises, and saying so where it
 * ends or does not answer
 * @see https://gymnasium.farama.org
 */
export async function gymnasium(id: string, options: GymnasiumOptions): Promise<GymnasiumEnv> {
  const { count, condSteps = 1, actSteps = 1, kwargs = {}, modules = [] } = options;
  const { python = 'python3', processes = availableParallelism(), timeout = 60 } = options;
  const { maxEpisodeSteps = Infinity, bounds, draw = false } = options;
  for (const [name, value] of Object.entries({ count, condSteps, actSteps, processes })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`gymnasium: ${name} is ${value}, wanted a whole number of at least 1`);
  }
  const used = Math.min(processes, count);
  const first = (part: number): number => Math.floor((part * count) / used);
  const parts = Array.from({ length: used }, (_, part) => ({
    from: first(part),
    to: first(part + 1),
    process: pythonProcess(python, timeout),
  }));
  const close = async (): Promise<void> => {
    for (const { process } of parts) process.close();
  };
  try {
    const [{ obs, action, savable }] = await Promise.all(
      parts.map(async ({ from, to, process }) => {
        const counts = { count: to - from, condSteps, actSteps, maxEpisodeSteps };
        const asked = { id, kwargs, modules, pictures: draw, ...counts };
        const { body } = await process.ask('o', Buffer.from(JSON.stringify(asked)));
        return spaces.parse(JSON.parse(body.toString()));
      }),
    );
    if (bounds) checkBounds('gymnasium', bounds, { obsDim: obs.size, actionDim: action.size });
    const shapes = { obsShape: [condSteps, obs.size], actionShape: [actSteps, action.size] };
    const rows = batch(count, shapes);
    const scaleObs = (): void => {
      if (!bounds) return;
      for (const seen of [rows.obs, rows.reached]) seen.set(scaled(seen, bounds.obsMin, bounds.obsMax));
    };
    const made = vecEnv(count, shapes, {
      rows,
      reset: async (seeds) => {
        const none = Array.from({ length: count }, () => null);
        await each(parts, async ({ from, to, process }) => {
          const given = JSON.stringify((seeds ?? none).slice(from, to));
          take(rows, from, to, (await process.ask('r', Buffer.from(given))).body);
        });
        scaleObs();
      },
      step: async () => {
        const size = rows.actions.length / count;
        const { buffer, byteOffset } = bounds
          ? unscaled(rows.actions, bounds.actionMin, bounds.actionMax)
          : rows.actions;
        await each(parts, async ({ from, to, process }) => {
          const actions = new Uint8Array(buffer, byteOffset + 4 * from * size, 4 * (to - from) * size);
          take(rows, from, to, (await process.ask('s', actions)).body);
        });
        scaleObs();
      },
      close,
      states: savable ? statesIn(parts) : undefined,
    });
    const pictures = async (): Promise<RgbPicture[]> => {
      const all: RgbPicture[] = [];
      for (const { process } of parts) all.push(...picturesIn((await process.ask('p', noBytes)).body));
      return all;
    };
    return { ...made, obsSpace: limits(obs), actionSpace: limits(action), pictures };
  } catch (error) {
    await close();
    throw error;
  }
}

const noBytes = new Uint8Array();

function picturesIn(body: Buffer): RgbPicture[] {
  const [count, height, width] = [0, 4, 8].map((at) => body.readUInt32LE(at));
  const size = 3 * height * width;
  return Array.from({ length: count }, (_, i) => ({
    width,
    height,
    rgb: Uint8Array.from(body.subarray(12 + i * size, 12 + (i + 1) * size)),
  }));
}

/** Copies what a process says of rows `from` … `to` into them. */
function take(rows: Batch, from: number, to: number, body: Buffer): void {
  let at = 0;
  for (const name of ['obs', 'reached', 'rewards', 'terminated', 'truncated', 'steps'] as const) {
    const { buffer, byteOffset, byteLength } = rows[name];
    const size = byteLength / rows.rewards.length;
    const length = (to - from) * size;
    new Uint8Array(buffer, byteOffset + from * size, length).set(body.subarray(at, at + length));
    at += length;
  }
  if (at !== body.length) throw new Error(`gymnasium: Python sent ${body.length} bytes, wanted ${at}`);
}

function limits({ low, high }: z.output<typeof space>): Space {
  return {
    low: low.map((value) => value ?? -Infinity),
    high: high.map((value) => value ?? Infinity),
  };
}
