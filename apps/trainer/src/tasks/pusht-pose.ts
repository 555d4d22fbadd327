import type { Pose } from '@dppo/pusht';

/** Where the block is whose bar's upper corners an observation begins with. */
export function poseIn([leftX, leftY, rightX, rightY]: Float32Array): Pose {
  return {
    x: (leftX + rightX) / 2,
    y: (leftY + rightY) / 2,
    angle: Math.atan2(rightY - leftY, rightX - leftX),
  };
}
