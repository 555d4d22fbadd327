import type { Surface } from './surface.ts';

/** Where something is: its origin and its axes. */
interface Pose {
  /** origin [3], m */
  readonly position: ArrayLike<number>;
  /** rotation matrix [3, 3]: its columns are the axes */
  readonly rotation: ArrayLike<number>;
}

/** What looks along its −z, with y up. */
export interface Camera extends Pose {
  /** the angle from the lower to the upper edge of the picture, degrees */
  readonly fovy: number;
}

/** A surface in a place. */
export interface Solid extends Pose {
  readonly surface: Surface;
  /** red, green and blue in full light [3], 0–1 */
  readonly color: ArrayLike<number>;
}

/** What is nearer is not seen, m. */
export const near = 1e-3;

/** Pixels that a metre takes at a distance of 1 m in a picture `height` pixels high: height / (2 tan(fovy / 2)). */
export function focalLength({ fovy }: Camera, height: number): number {
  return height / (2 * Math.tan((fovy * Math.PI) / 360));
}

/**
 * How a solid lies before a camera, in the picture's axes (x right, y down, z ahead): x ↦ R x + t as the rows [R | t] in
 * `into` [3, 4]. With C, c and P, p the rotation and the origin of camera and solid, and F = diag(1, −1, −1): R = F Cᵀ P, t = F Cᵀ (p − c).
 */
export function placed(
  { position: c, rotation: C }: Camera,
  { position: p, rotation: P }: Solid,
  into: Float64Array,
): void {
  const [x, y, z] = [p[0] - c[0], p[1] - c[1], p[2] - c[2]];
  for (let row = 0; row < 3; row++) {
    const sign = row === 0 ? 1 : -1;
    const [a, b, d] = [sign * C[row], sign * C[3 + row], sign * C[6 + row]];
    into[4 * row] = a * P[0] + b * P[3] + d * P[6];
    into[4 * row + 1] = a * P[1] + b * P[4] + d * P[7];
    into[4 * row + 2] = a * P[2] + b * P[5] + d * P[8];
    into[4 * row + 3] = a * x + b * y + d * z;
  }
}
