import { avoid } from '@dppo/avoid';
import { type Bounds, type Drawable, type Env, multiStep, normalize, timeLimit } from '@dppo/env';
import { halfCheetah, hopper, mujocoEngine, walker2d } from '@dppo/mujoco';

import type { EnvironmentName } from './environment-names.ts';

/** What a worker thread needs to make an environment. */
export interface PolicyEnvOptions {
  readonly environment: EnvironmentName;
  readonly bounds: Bounds;
  readonly condSteps: number;
  readonly actSteps: number;
  readonly maxEpisodeSteps: number;
}

/** The environments as they are before a policy's wrappers. */
export const environments: Readonly<
  Record<EnvironmentName, () => (Env & Drawable) | Promise<Env & Drawable>>
> = {
  hopper: async () => hopper({ version: 'v2', engine: await mujocoEngine() }),
  walker2d: async () => walker2d({ version: 'v2', engine: await mujocoEngine() }),
  halfcheetah: async () => halfCheetah({ engine: await mujocoEngine() }),
  // The reference rewards this gap in all three of its tasks; they differ in what is demonstrated.
  avoid: () => avoid({ mode: 5 }),
};

/** One environment as the policies see it: normalised, with a time limit, in chunks of actions. */
export default async function policyEnv({
  environment,
  bounds,
  condSteps,
  actSteps,
  maxEpisodeSteps,
}: PolicyEnvOptions): Promise<Env> {
  const robot = await environments[environment]();
  return multiStep(timeLimit(normalize(robot, bounds), maxEpisodeSteps), { condSteps, actSteps });
}
