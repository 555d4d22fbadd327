import type { Simulation } from '@dppo/mujoco';

import { putQuaternion } from './arm.ts';
import type { Arm } from './arm.ts';
import { matrixOf, quaternionOf } from './rotation.ts';

/** Numbers that `objectInHand` writes. */
export const seenOfObject = 14;

/**
 * An observer of a body: position [3] and quaternion, w last [4], in the world, then position [3] and quaternion, w ≥ 0 [4], in the
 * frame that has the site of an arm as its origin and its hand's axes, in the float32 of the original. The hand points down, w is about
 * 0, and so this quaternion changes sign at times.
 *
 * @see robosuite 1.4.1, pick_place.py and nut_assembly.py, _create_obj_sensors
 */
export function objectInHand(
  simulation: Simulation,
  { site, hand }: Arm,
  body: number,
): (into: Float64Array, offset: number) => void {
  const [inHand, inWorld, relative] = [new Float64Array(9), new Float64Array(9), new Float64Array(9)];
  return (into, offset) => {
    const { xpos, xquat, site_xpos } = simulation;
    for (let i = 0; i < 3; i++) into[offset + i] = xpos[3 * body + i];
    putQuaternion(xquat, body, { into, offset: offset + 3 });
    matrixOf(xquat[4 * hand + 1], xquat[4 * hand + 2], xquat[4 * hand + 3], xquat[4 * hand], inHand);
    matrixOf(xquat[4 * body + 1], xquat[4 * body + 2], xquat[4 * body + 3], xquat[4 * body], inWorld);
    round(inHand);
    round(inWorld);
    for (let i = 0; i < 3; i++) {
      let position = 0;
      for (let k = 0; k < 3; k++) {
        const apart = Math.fround(xpos[3 * body + k]) - Math.fround(site_xpos[3 * site + k]);
        position += inHand[3 * k + i] * apart;
        relative[3 * i + k] =
          inHand[i] * inWorld[k] + inHand[3 + i] * inWorld[3 + k] + inHand[6 + i] * inWorld[6 + k];
      }
      into[offset + 7 + i] = position;
    }
    quaternionOf(relative, into, offset + 10);
  };
}

function round(matrix: Float64Array): void {
  for (let i = 0; i < 9; i++) matrix[i] = Math.fround(matrix[i]);
}
