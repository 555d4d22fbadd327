import type { Generator } from '@dppo/env';

import type { Pose } from './tee.ts';
import { type World, world } from './world.ts';

/** Where an episode begins. */
export interface Start {
  /** of the disc, px */
  readonly x: number;
  /** of the disc, px */
  readonly y: number;
  /** of the block */
  readonly block: Pose;
}

/** Seconds of a step of the engine. */
export const dt = 0.01;

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
