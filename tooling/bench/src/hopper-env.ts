import { type Env, multiStep, timeLimit } from '@dppo/env';
import { hopper } from '@dppo/mujoco';

/** A Hopper as the preset steps it: chunks of four actions, episodes of 1000 steps. */
export default async function hopperChunks(): Promise<Env> {
  return multiStep(timeLimit(await hopper(), 1000), { condSteps: 1, actSteps: 4 });
}
