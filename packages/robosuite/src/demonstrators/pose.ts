/** A point or a direction in space. */
export type Vector = readonly [x: number, y: number, z: number];

/** The rotation matrix [3, 3] of a quaternion, w last, at `at` of `numbers`. */
export function rotationAt(numbers: ArrayLike<number>, at: number): number[] {
  const [x, y, z, w] = [numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]];
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}

/** The yaw of a rotation: where it turns x to in the plane, rad. */
export function yawOf(rotation: readonly number[]): number {
  return Math.atan2(rotation[3], rotation[0]);
}

/** An angle turned by whole turns of `period` into [−period/2, period/2). */
export function wrapped(angle: number, period: number): number {
  return angle - period * Math.floor(angle / period + 0.5);
}

/** The rotation vector from a hand's orientation to that of a hand that points down with this yaw: axis times angle, rad. */
export function towardsDown(yaw: number, hand: readonly number[]): Vector {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  const wanted = [c, s, 0, s, -c, 0, 0, 0, -1];
  // R = wanted · handᵀ
  const turn = (i: number, j: number): number =>
    wanted[3 * i] * hand[3 * j] + wanted[3 * i + 1] * hand[3 * j + 1] + wanted[3 * i + 2] * hand[3 * j + 2];
  const axis: Vector = [turn(2, 1) - turn(1, 2), turn(0, 2) - turn(2, 0), turn(1, 0) - turn(0, 1)];
  const sine = Math.hypot(...axis) / 2;
  const cosine = (turn(0, 0) + turn(1, 1) + turn(2, 2) - 1) / 2;
  const scale = sine < 1e-9 ? 0.5 : Math.atan2(sine, cosine) / (2 * sine);
  return [scale * axis[0], scale * axis[1], scale * axis[2]];
}

/** a + b. */
export function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

/** The distance of two points. */
export function apart(a: Vector, b: Vector): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
