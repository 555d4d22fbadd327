import type { Generator } from '@dppo/env';

import { grasps } from './contacts.ts';
import { distance, highest, nearness } from './distance.ts';
import { canModel } from './models/can-model.ts';
import type { Objects } from './models/can-model.ts';
import { objectInHand, seenOfObject } from './object-in-hand.ts';
import { stagedReward } from './staged-reward.ts';
import { between, yaw } from './task.ts';
import type { Placement, Task } from './task.ts';

// In the order in which the original draws them, with their radii in the plane, m.
const drawn = [
  { name: 'Milk', radius: 0.025 },
  { name: 'Bread', radius: 0.03 },
  { name: 'Cereal', radius: 0.04 },
  { name: 'Can', radius: 0.025 },
];
const bin = { x: 0.1, y: -0.25, halfX: 0.145, halfY: 0.195, z: 0.86 };
/** the quarter of the other bin that is the can's: centre and half sizes */
const quarter = { x: 0.1975, y: 0.4025, halfX: 0.0975, halfY: 0.1225 };

/** The task of `can`. */
export function canTask(objects: Objects): Task {
  return {
    name: 'can',
    horizon: 300,
    model: canModel(objects),
    arms: 1,
    place: (generator) => {
      const places = scattered(generator).map(({ name, x, y, angle }): Placement => {
        const joint = `${name}_joint0`;
        if (name !== 'Can') return { joint, pos: putAway.pos, quat: putAway.quat };
        return { joint, pos: [x, y, bin.z], quat: yaw(angle) };
      });
      return objects === 'full' ? places : places.slice(-1);
    },
    rules: (simulation, [arm]) => {
      const can = simulation.id('body', 'Can_main');
      const geoms = [simulation.id('geom', 'Can_g0')];
      const all = objects === 'full' ? drawn.map(({ name }) => name) : ['Can'];
      const bodies = all.map((name) => simulation.id('body', `${name}_main`));
      const reach = (): number => distance(simulation.site_xpos, arm.site, simulation.xpos, can);
      const success = (): boolean => {
        const [x, y, z] = simulation.xpos.subarray(3 * can, 3 * can + 3);
        return x > 0.1 && x < 0.295 && y > 0.28 && y < 0.525 && z > 0.8 && z < 0.9 && nearness(reach()) < 0.6;
      };
      return {
        size: seenOfObject,
        observe: objectInHand(simulation, arm, can),
        success,
        shaped(): number {
          if (success()) return 1;
          const [x, y] = simulation.xpos.subarray(3 * can, 3 * can + 3);
          const [dx, dy] = [x - quarter.x, y - quarter.y];
          return stagedReward({
            reach: reach(),
            isGrasped: grasps(simulation, arm, geoms),
            below: Math.max(0.8 + 0.25 - highest(simulation.xpos, bodies), 0),
            aside: Math.sqrt(dx * dx + dy * dy),
            isAbove: Math.abs(dx) < quarter.halfX && Math.abs(dy) < quarter.halfY,
          });
        },
      };
    },
  };
}

/** Where what a task does not need is: far away. */
export const putAway = { pos: [10, 10, 10], quat: [1, 0, 0, 0] } as const;

/** Places in the bin where nothing overlaps what was drawn before it. */
function scattered(generator: Generator): { name: string; x: number; y: number; angle: number }[] {
  const places: { name: string; x: number; y: number; angle: number; radius: number }[] = [];
  for (const { name, radius } of drawn) {
    for (;;) {
      const x = bin.x + between(radius - bin.halfX, bin.halfX - radius, generator);
      const y = bin.y + between(radius - bin.halfY, bin.halfY - radius, generator);
      if (places.some((other) => (other.x - x) ** 2 + (other.y - y) ** 2 <= (other.radius + radius) ** 2)) {
        continue;
      }
      places.push({ name, x, y, angle: between(0, 2 * Math.PI, generator), radius });
      break;
    }
  }
  return places;
}
