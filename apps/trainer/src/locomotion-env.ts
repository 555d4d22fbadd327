import { type Bounds, type Env, multiStep, normalize, timeLimit } from '@dppo/env';
import { hopper } from '@dppo/mujoco';

/** What a worker thread needs to make an environment. */
export interface LocomotionOptions {
  readonly environment: EnvironmentName;
  readonly bounds: Bounds;
  readonly condSteps: number;
  readonly actSteps: number;
  readonly maxEpisodeSteps: number;
}

const environments = { hopper: () => hopper({ version: 'v2' }) } as const;

export type EnvironmentName = keyof typeof environments;

/** One locomotion environment as the policies see it: normalised, with a time limit, in chunks of actions. */
export default async function locomotion({
  environment,
  bounds,
  condSteps,
  actSteps,
  maxEpisodeSteps,
}: LocomotionOptions): Promise<Env> {
  const robot = await environments[environment]();
  return multiStep(timeLimit(normalize(robot, bounds), maxEpisodeSteps), { condSteps, actSteps });
}
