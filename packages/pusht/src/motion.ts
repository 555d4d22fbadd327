import { centerOfGravity, type Pose } from './tee.ts';

/** Where the block is and how it moves. */
export interface Motion {
  /** Of the centre of gravity, px. */
  x: number;
  y: number;
  /** rad, not wrapped */
  angle: number;
  /** px/s */
  vx: number;
  vy: number;
  /** rad/s */
  turning: number;
  /** Velocities that bring overlapping shapes apart, for one step. */
  biasVx: number;
  biasVy: number;
  biasTurning: number;
}

/** A block at rest; `x` and `y` are of its origin. */
export function atRest({ x, y, angle }: Pose): Motion {
  return {
    x: x - centerOfGravity * Math.sin(angle),
    y: y + centerOfGravity * Math.cos(angle),
    angle,
    vx: 0,
    vy: 0,
    turning: 0,
    biasVx: 0,
    biasVy: 0,
    biasTurning: 0,
  };
}

/** Where the origin of a moving block is. */
export function poseOf({ x, y, angle }: Motion): Pose {
  return { x: x + centerOfGravity * Math.sin(angle), y: y - centerOfGravity * Math.cos(angle), angle };
}

/** Moves a block for `dt` seconds. All of its velocity is lost: it moves only while it is pushed. */
export function drift(block: Motion, dt: number): void {
  block.x += (block.vx + block.biasVx) * dt;
  block.y += (block.vy + block.biasVy) * dt;
  block.angle += (block.turning + block.biasTurning) * dt;
  block.biasVx = block.biasVy = block.biasTurning = 0;
}
