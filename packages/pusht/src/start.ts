import type { Generator } from '@dppo/env';

import { fieldSize, type Pose } from './tee.ts';
import { type World, world } from './world.ts';

/** Where an episode begins. */
export interface Start {
  /** of the disc, px in [0, 512] */
  readonly x: number;
  /** of the disc, px in [0, 512] */
  readonly y: number;
  /** of the block, whose origin is in the field too */
  readonly block: Pose;
}

/** Seconds of a step of the engine. */
export const dt = 0.01;

/** @throws RangeError naming the first number that is out of the field, or an angle that is not finite */
export function checkStart({ x, y, block }: Start): void {
  const places = { x, y, 'block.x': block.x, 'block.y': block.y };
  for (const [name, value] of Object.entries(places)) {
    if (!(value >= 0 && value <= fieldSize))
      throw new RangeError(`pusht: start.${name} is ${value}, wanted a number in [0, ${fieldSize}]`);
  }
  if (!Number.isFinite(block.angle))
    throw new RangeError(`pusht: start.block.angle is ${block.angle}, wanted a finite number`);
}

/**
 * A start as gym-pusht draws it: the block is turned about its centre of gravity after it was placed, and the engine takes a step
 * (gym-pusht 0.1.8, envs/pusht.py: reset, _set_state).
 */
export function drawnStart({ integer, random }: Generator): World {
  const [x, y] = [integer(50, 450), integer(50, 450)];
  const scene = world(x, y, { x: integer(100, 400), y: integer(100, 400), angle: 0 });
  scene.block.angle = -Math.PI + 2 * Math.PI * random();
  scene.step(dt);
  return scene;
}
