import { touches } from './contacts.ts';
import { transportModel } from './models/transport-model.ts';
import { quaternionOf } from './rotation.ts';
import { between, yaw } from './task.ts';
import type { Task } from './task.ts';

const hammerParts = ['handle', 'head', 'neck', 'face', 'claw'];
const nothing = [1, 0, 0, 0];

/** The task of `transport` with a hammer whose head has this half size. */
export function transportTask(head: number): Task {
  return {
    name: 'transport',
    horizon: 800,
    model: transportModel(head),
    arms: 2,
    place: (generator) => {
      const near = (x: number, y: number): number[] => [
        x + between(-0.005, 0.005, generator),
        y + between(-0.005, 0.005, generator),
      ];
      const [start, target, trash] = [near(0.2, -0.45), near(-0.2, 0.45), near(0.2, 0.45)];
      const turn = between(-Math.PI / 12, Math.PI / 12, generator);
      const [s, c] = [Math.sin(turn) * Math.SQRT1_2, Math.cos(turn) * Math.SQRT1_2];
      const thrown = yaw(between(-0.3 * Math.PI, 0.3 * Math.PI, generator));
      return [
        { joint: 'payload_joint0', pos: [...start, 0.826], quat: [-s, s, -c, c] },
        { joint: 'trash_joint0', pos: [...target, 0.831], quat: thrown },
        { joint: 'transport_start_bin_joint0', pos: [...start, 0.876], quat: nothing },
        { joint: 'transport_target_bin_joint0', pos: [...target, 0.876], quat: nothing },
        { joint: 'transport_trash_bin_joint0', pos: [...trash, 0.876], quat: nothing },
        { joint: 'transport_start_bin_lid_joint0', pos: [...start, 0.971], quat: nothing },
      ];
    },
    rules: (simulation, [arm0, arm1]) => {
      const geom = (name: string): number => simulation.id('geom', name);
      const [hammer, cube] = ['payload_root', 'trash_main'].map((name) => simulation.id('body', name));
      const hammerGeoms = hammerParts.map((part) => geom(`payload_${part}`));
      const cubeGeoms = [geom('trash_g0')];
      const handle = geom('transport_start_bin_lid_handle');
      const [target, bin] = ['target', 'trash'].map((name) => geom(`transport_${name}_bin_base`));
      const isDelivered = (): boolean => touches(simulation, target, hammerGeoms);
      const isThrown = (): boolean => touches(simulation, bin, cubeGeoms);
      const success = (): boolean => isDelivered() && isThrown();
      return {
        size: 41,
        observe(into, offset): void {
          const { xpos, xmat, geom_xpos, geom_xmat, site_xpos } = simulation;
          const put = (at: number, from: Float64Array, row: number): void =>
            into.set(from.subarray(3 * row, 3 * row + 3), offset + at);
          const turned = (at: number, from: Float64Array, row: number): void =>
            quaternionOf(from.subarray(9 * row, 9 * row + 9), into, offset + at);
          put(0, xpos, hammer);
          turned(3, xmat, hammer);
          put(7, xpos, cube);
          turned(10, xmat, cube);
          put(14, geom_xpos, handle);
          turned(17, geom_xmat, handle);
          put(21, geom_xpos, target);
          put(24, geom_xpos, bin);
          for (let i = 0; i < 3; i++) {
            const [grip0, grip1] = [site_xpos[3 * arm0.site + i], site_xpos[3 * arm1.site + i]];
            into[offset + 27 + i] = into[offset + i] - grip0;
            into[offset + 30 + i] = into[offset + 14 + i] - grip0;
            into[offset + 33 + i] = into[offset + i] - grip1;
            into[offset + 36 + i] = into[offset + 7 + i] - grip1;
          }
          into[offset + 39] = Number(isDelivered());
          into[offset + 40] = Number(isThrown());
        },
        success,
        // The original has none.
        shaped: () => Number(success()),
      };
    },
  };
}
