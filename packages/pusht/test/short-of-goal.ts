import { goal, type Start } from '../src/index.ts';

/** The point that is so far down the stem of the goal. */
export function downStem(by: number): readonly [x: number, y: number] {
  return [goal.x - by * Math.SQRT1_2, goal.y + by * Math.SQRT1_2];
}

const [discX, discY] = downStem(8 + 120 + 15);
const [x, y] = downStem(8);

/** The block is 8 px short of the goal along its stem; the disc touches the end of the stem, and pushes it there on its way to the goal's. */
export const shortOfGoal: Start = { x: discX, y: discY, block: { x, y, angle: goal.angle } };
