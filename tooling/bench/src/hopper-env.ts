import { type Env, multiStep, timeLimit } from '@dppo/env';
import { hopper, mujocoLibrary } from '@dppo/mujoco';

/** A Hopper as the preset steps it: chunks of four actions, episodes of 1000 steps; on MuJoCo's library where DPPO_LIBMUJOCO names it. */
export default async function hopperChunks(): Promise<Env> {
  const robot = process.env['DPPO_LIBMUJOCO'] ? hopper({ engine: await mujocoLibrary() }) : hopper();
  return multiStep(timeLimit(await robot, 1000), { condSteps: 1, actSteps: 4 });
}
