import { createHash } from 'node:crypto';

import { clipAction, multiStep, normalize, recordEpisodes, timeLimit } from '@dppo/env';
import type { Env } from '@dppo/env';

import { ant, halfCheetah, hopper, mujocoLibrary, mujocoWasm, walker2d } from '../src/index.ts';

/** What is walked in, by name. */
const robots = {
  hopper,
  walker2d,
  halfCheetah,
  ant,
  'ant of v5': (options: Parameters<typeof ant>[0]) => ant({ ...options, version: 'v5' }),
} as const;

export const robotNames = ['hopper', 'walker2d', 'halfCheetah', 'ant', 'ant of v5'] as const;

const engines = { wasm: () => mujocoWasm(), library: () => mujocoLibrary() } as const;

const filled = (size: number, value: number): number[] => Array.from({ length: size }, () => value);

/** A robot on an engine, in every wrapper that there is. */
export async function wrapped(robot: keyof typeof robots, engine: keyof typeof engines): Promise<Env> {
  const env = await robots[robot]({ engine: await engines[engine]() });
  const [[obs], [action]] = [env.obsShape, env.actionShape];
  const bounds = {
    obsMin: filled(obs, -2),
    obsMax: filled(obs, 3),
    actionMin: filled(action, -1),
    actionMax: filled(action, 1),
  };
  const limited = timeLimit(clipAction(normalize(env, bounds), -1, 1), 50);
  return multiStep(
    recordEpisodes(limited, () => {}),
    { condSteps: 3, actSteps: 4 },
  );
}

/** SHA-256 of all that so many chunks lead to, resets after ends included. */
export function walked(env: Env, chunks: number): string {
  const size = env.actionShape[0] * env.actionShape[1];
  const hash = createHash('sha256');
  for (let t = 0; t < chunks; t++) {
    const action = Float32Array.from({ length: size }, (_, i) => Math.sin(t * (i + 1)));
    const { obs, reward, terminated, truncated } = env.step(action);
    hash.update(obs).update(Float64Array.of(reward, Number(terminated), Number(truncated)));
    if (terminated || truncated) hash.update(env.reset());
  }
  return hash.digest('hex');
}
