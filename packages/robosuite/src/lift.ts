import { grasps } from './contacts.ts';
import { distance, nearness } from './distance.ts';
import { liftModel } from './models/lift-model.ts';
import { putQuaternion } from './arm.ts';
import { between, yaw } from './task.ts';
import type { Task } from './task.ts';

/** The task of `lift` with a cube of these half sizes. */
export function liftTask(halfSizes: readonly number[]): Task {
  return {
    name: 'lift',
    horizon: 300,
    model: liftModel(halfSizes),
    arms: 1,
    place: (generator) => {
      const [x, y] = [between(-0.03, 0.03, generator), between(-0.03, 0.03, generator)];
      const pos = [x, y, 0.8 + 0.01 + halfSizes[2]];
      return [{ joint: 'cube_joint0', pos, quat: yaw(between(0, 2 * Math.PI, generator)) }];
    },
    rules: (simulation, [arm]) => {
      const cube = simulation.id('body', 'cube_main');
      const geoms = [simulation.id('geom', 'cube_g0')];
      const success = (): boolean => simulation.xpos[3 * cube + 2] > 0.84;
      return {
        size: 10,
        observe(into, offset): void {
          const { xpos, xquat, site_xpos } = simulation;
          putQuaternion(xquat, cube, { into, offset: offset + 3 });
          for (let i = 0; i < 3; i++) {
            into[offset + i] = xpos[3 * cube + i];
            into[offset + 7 + i] = site_xpos[3 * arm.site + i] - xpos[3 * cube + i];
          }
        },
        success,
        shaped(): number {
          if (success()) return 1;
          const near = nearness(distance(simulation.site_xpos, arm.site, simulation.xpos, cube));
          return (near + (grasps(simulation, arm, geoms) ? 0.25 : 0)) / 2.25;
        },
      };
    },
  };
}
