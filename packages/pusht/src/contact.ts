import type { Motion } from './motion.ts';
import { inverseMass, inverseMoment } from './tee.ts';

/** One point where something that does not give way pushes the block. */
export interface Contact {
  /** Which pair of features touches, by which impulses are kept. */
  key: number;
  /** Unit normal, towards the block. */
  nx: number;
  ny: number;
  /** From the block's centre of gravity to the point on it, px. */
  rx: number;
  ry: number;
  /** Signed distance of the two points along the normal, px. */
  distance: number;
  /** Velocity of what pushes along the normal, px/s. */
  speed: number;
  /** Sum of impulses so far: what `solve` and `push` add to. */
  impulse: number;
  /** Reciprocal of 1/m + (r × n)²/I. */
  mass: number;
  /** Speed that brings overlapping shapes apart, and its sum of impulses. */
  bias: number;
  biasImpulse: number;
}

/** A contact of zeros. */
export function contact(): Contact {
  return {
    key: 0,
    nx: 0,
    ny: 0,
    rx: 0,
    ry: 0,
    distance: 0,
    speed: 0,
    impulse: 0,
    mass: 0,
    bias: 0,
    biasImpulse: 0,
  };
}

/** Overlap that is left alone, px. */
const slop = 0.1;
/** Part of an overlap that remains after a second. */
const biasLeft = 0.9 ** 60;

/** Effective mass and bias of a contact, once a step of `dt` seconds. */
export function prepare(at: Contact, dt: number): void {
  const arm = at.rx * at.ny - at.ry * at.nx;
  at.mass = 1 / (inverseMass + inverseMoment * arm * arm);
  at.bias = (-(1 - biasLeft ** dt) * Math.min(0, at.distance + slop)) / dt;
  at.biasImpulse = 0;
}

/** Applies the impulse that the contact had in the last step. */
export function push(at: Contact, block: Motion): void {
  const arm = at.rx * at.ny - at.ry * at.nx;
  block.vx += at.nx * at.impulse * inverseMass;
  block.vy += at.ny * at.impulse * inverseMass;
  block.turning += arm * at.impulse * inverseMoment;
}

/** One iteration of Chipmunk's solver for inelastic contacts without friction: sums of impulses stay at or above 0. */
export function solve(at: Contact, block: Motion): void {
  const { nx, ny, rx, ry, mass } = at;
  const arm = rx * ny - ry * nx;
  const biasSpeed =
    (block.biasVx - ry * block.biasTurning) * nx + (block.biasVy + rx * block.biasTurning) * ny;
  const speed = (block.vx - ry * block.turning) * nx + (block.vy + rx * block.turning) * ny - at.speed;
  const biasBefore = at.biasImpulse;
  at.biasImpulse = Math.max(biasBefore + (at.bias - biasSpeed) * mass, 0);
  const before = at.impulse;
  at.impulse = Math.max(before - speed * mass, 0);
  const biasAdded = at.biasImpulse - biasBefore;
  const added = at.impulse - before;
  block.biasVx += nx * biasAdded * inverseMass;
  block.biasVy += ny * biasAdded * inverseMass;
  block.biasTurning += arm * biasAdded * inverseMoment;
  block.vx += nx * added * inverseMass;
  block.vy += ny * added * inverseMass;
  block.turning += arm * added * inverseMoment;
}
