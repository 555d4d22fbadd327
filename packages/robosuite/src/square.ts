import { putAway } from './can.ts';
import { grasps } from './contacts.ts';
import { distance, highest, nearness } from './distance.ts';
import type { Objects } from './models/can-model.ts';
import { squareModel } from './models/square-model.ts';
import { objectInHand, seenOfObject } from './object-in-hand.ts';
import { stagedReward } from './staged-reward.ts';
import { between, yaw } from './task.ts';
import type { Task } from './task.ts';

const peg = { x: 0.23, y: 0.1 };
const table = 0.82;

/** The task of `square`. */
export function squareTask(objects: Objects): Task {
  return {
    name: 'square',
    horizon: 400,
    model: squareModel(objects),
    arms: 1,
    place: (generator) => {
      const pos = [between(-0.115, -0.11, generator), between(0.11, 0.225, generator), 0.89];
      const nut = { joint: 'SquareNut_joint0', pos, quat: yaw(between(0, 2 * Math.PI, generator)) };
      return objects === 'full' ? [nut, { joint: 'RoundNut_joint0', ...putAway }] : [nut];
    },
    rules: (simulation, [arm]) => {
      const nut = simulation.id('body', 'SquareNut_main');
      const handle = simulation.id('site', 'SquareNut_handle_site');
      const geoms = [0, 1, 2, 3, 4].map((i) => simulation.id('geom', `SquareNut_g${i}`));
      const bodies = objects === 'full' ? [nut, simulation.id('body', 'RoundNut_main')] : [nut];
      const success = (): boolean => {
        const [x, y, z] = simulation.xpos.subarray(3 * nut, 3 * nut + 3);
        const isOnPeg = Math.abs(x - peg.x) < 0.03 && Math.abs(y - peg.y) < 0.03 && z < table + 0.05;
        return isOnPeg && nearness(distance(simulation.site_xpos, arm.site, simulation.xpos, nut)) < 0.6;
      };
      return {
        size: seenOfObject,
        observe: objectInHand(simulation, arm, nut),
        success,
        shaped(): number {
          if (success()) return 1;
          const [x, y] = simulation.xpos.subarray(3 * nut, 3 * nut + 3);
          return stagedReward({
            reach: distance(simulation.site_xpos, arm.site, simulation.site_xpos, handle),
            isGrasped: grasps(simulation, arm, geoms),
            below: Math.max(table - 0.025 + 0.2 - highest(simulation.xpos, bodies), 0),
            aside: Math.sqrt((x - peg.x) ** 2 + (y - peg.y) ** 2),
            isAbove: false,
          });
        },
      };
    },
  };
}
