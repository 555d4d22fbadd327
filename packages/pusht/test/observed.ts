import { poseOf } from '../src/motion.ts';
import type { World } from '../src/world.ts';

/** What gym-pusht observes of a world, in float64: disc x, y, block x, y, its angle in [0, 2π). */
export function observed({ agent, block }: World): number[] {
  const { x, y, angle } = poseOf(block);
  const turn = 2 * Math.PI;
  return [agent.x, agent.y, x, y, ((angle % turn) + turn) % turn];
}
