import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { TaskPlace } from '@dppo/policy/head';

import { checkReturns } from './check-returns.ts';
import type { MakeEnv, Task, TaskEnvs } from './task.ts';

type OwnEnv = Awaited<ReturnType<MakeEnv>>;
/** Bytes of a model, whose meshes lie in files of their own. */
const mostModel = 2 ** 26;

type OwnTask = Extract<TaskPlace, { path: string }>;

interface OwnModule {
  readonly default?: (data: unknown, index: number) => OwnEnv | Promise<OwnEnv>;
  readonly endsAtLimit?: unknown;
}

/**
 * The environments of a file.
 *
 * @throws Error naming the file where it is gone, has no default export that makes environments, or an `endsAtLimit` that is no boolean
 */
export async function envsOf({ kind, path }: OwnTask): Promise<TaskEnvs> {
  if (!existsSync(path)) throw new Error(`environment ${path}: no such file`);
  return kind === 'module' ? fromModule(path) : fromModel(path);
}

/** Sizes and ranges as the environment itself has them, which is made within `envTimeout` seconds. */
export async function ownTask(task: OwnTask, envTimeout = 600): Promise<Task> {
  // Here a module that computes without end could not be ended, nor a signal be heard.
  if (task.kind === 'module' && existsSync(task.path))
    await checkReturns(task.path, Math.max(20, envTimeout));
  const envs = await within(envTimeout, task.path, envsOf(task));
  const make: MakeEnv = (index) => within(envTimeout, task.path, envs.make(index));
  const { obsShape, actionShape } = await make(0);
  for (const [name, shape] of Object.entries({ obsShape, actionShape })) {
    if (shape?.length !== 1)
      throw new Error(
        `environment ${task.path}: ${name} is ${JSON.stringify(shape)}, wanted one axis, such as [11]`,
      );
  }
  const [[obsDim], [actionDim]] = [obsShape, actionShape];
  const { actionMin, actionMax } =
    task.kind === 'mjcf'
      ? await controls(task.path)
      : { actionMin: filled(actionDim, -1), actionMax: filled(actionDim, 1) };
  const bounds = { obsMin: filled(obsDim, -1), obsMax: filled(obsDim, 1), actionMin, actionMax };
  return { ...envs, make, obsDim, actionDim, bounds };
}

/** @throws Error naming the environment whose making takes longer */
async function within<Made>(seconds: number, path: string, making: Promise<Made>): Promise<Made> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const sentence = `environment ${path}: its making has not returned within ${seconds} s; a slower one needs a longer timeout (--env-timeout)`;
    timer = setTimeout(() => reject(new Error(sentence)), seconds * 1000);
  });
  return Promise.race([making, late]).finally(() => clearTimeout(timer));
}

async function fromModule(path: string): Promise<TaskEnvs> {
  const named = (error: unknown): never => {
    throw new Error(`environment ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  };
  const { default: makeEnv, endsAtLimit = false }: OwnModule = await import(pathToFileURL(path).href).catch(
    named,
  );
  if (typeof makeEnv !== 'function')
    throw new Error(`environment ${path}: no default export (data, index) => Env`);
  if (typeof endsAtLimit !== 'boolean')
    throw new Error(
      `environment ${path}: endsAtLimit is ${JSON.stringify(endsAtLimit)}, wanted true or false`,
    );
  const make: MakeEnv = async (index) => {
    try {
      return await makeEnv(undefined, index);
    } catch (error) {
      return named(error);
    }
  };
  return { make, endsAtLimit };
}

/** A model alone: one action a timestep, positions and velocities as observations, and no reward. */
function fromModel(path: string): TaskEnvs {
  const model = modelIn(path);
  const make: MakeEnv = async () => {
    const { mujocoEngine, mujocoEnv } = await import('@dppo/mujoco');
    const task = {
      name: basename(path),
      model,
      frameSkip: 1,
      viewWidth: 4,
      observe: ({ qpos, qvel }: { qpos: Float64Array; qvel: Float64Array }) => [...qpos, ...qvel],
      position: () => 0,
      reward: () => 0,
    };
    return mujocoEnv(task, { engine: await mujocoEngine() });
  };
  return { make };
}

async function controls(path: string): Promise<Pick<Task['bounds'], 'actionMin' | 'actionMax'>> {
  const { controlRanges } = await import('@dppo/mujoco');
  const ranges = await controlRanges(modelIn(path));
  return { actionMin: ranges.map(([min]) => min), actionMax: ranges.map(([, max]) => max) };
}

function modelIn(path: string): string {
  const { size } = statSync(path);
  if (size > mostModel)
    throw new Error(`environment ${path}: a model of ${size} bytes, wanted at most ${mostModel}`);
  return readFileSync(path, 'utf8');
}

function filled(length: number, value: number): number[] {
  return Array<number>(length).fill(value);
}
