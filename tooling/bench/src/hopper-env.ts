import { type Env, multiStep, timeLimit } from '@dppo/env';
import { hopper, mujocoEngine } from '@dppo/mujoco';

/** A Hopper as the preset steps it: chunks of four actions, episodes of 1000 steps, on the engine that the trainer takes. */
export default async function hopperChunks(): Promise<Env> {
  const robot = await hopper({ engine: await mujocoEngine() });
  return multiStep(timeLimit(robot, 1000), { condSteps: 1, actSteps: 4 });
}
