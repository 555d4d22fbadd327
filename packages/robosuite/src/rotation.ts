const { fround } = Math;

/**
 * The rotation matrix [3, 3] of a quaternion, w last, in the precision of the original: components and products in float32, the
 * diagonal and the norm in float64.
 *
 * @see robosuite 1.4.1, transform_utils.py, quat2mat
 */
export function matrixOf(x: number, y: number, z: number, w: number, into: Float64Array): void {
  const [a, b, c, d] = [fround(x), fround(y), fround(z), fround(w)];
  const norm = fround(fround(a * a) + fround(b * b) + fround(c * c) + fround(d * d));
  const scale = Math.sqrt(2 / norm);
  const [i, j, k, r] = [fround(a * scale), fround(b * scale), fround(c * scale), fround(d * scale)];
  const [ii, jj, kk] = [fround(i * i), fround(j * j), fround(k * k)];
  const [ij, ik, jk] = [fround(i * j), fround(i * k), fround(j * k)];
  const [ir, jr, kr] = [fround(i * r), fround(j * r), fround(k * r)];
  into[0] = 1 - jj - kk;
  into[1] = fround(ij - kr);
  into[2] = fround(ik + jr);
  into[3] = fround(ij + kr);
  into[4] = 1 - ii - kk;
  into[5] = fround(jk - ir);
  into[6] = fround(ik - jr);
  into[7] = fround(jk + ir);
  into[8] = 1 - ii - jj;
}

/**
 * The rotation by a vector (x, y, z) about its direction by its length, rad, as a matrix [3, 3] in the precision of `matrixOf`.
 *
 * @see robosuite 1.4.1, transform_utils.py, axisangle2quat
 */
export function rotationBy(x: number, y: number, z: number, into: Float64Array): void {
  const angle = Math.sqrt(x * x + y * y + z * z);
  if (angle === 0) {
    matrixOf(0, 0, 0, 1, into);
    return;
  }
  const sine = Math.sin(angle / 2);
  matrixOf((x / angle) * sine, (y / angle) * sine, (z / angle) * sine, Math.cos(angle / 2), into);
}

/**
 * The quaternion of a rotation matrix [3, 3] rounded to float32, w last and not negative, into `into` at `offset`.
 *
 * @see robosuite 1.4.1, transform_utils.py, mat2quat
 */
export function quaternionOf(matrix: ArrayLike<number>, into: Float64Array, offset: number): void {
  const [m00, m11, m22] = [fround(matrix[0]), fround(matrix[4]), fround(matrix[8])];
  const x = fround(matrix[7]) - fround(matrix[5]);
  const y = fround(matrix[2]) - fround(matrix[6]);
  const z = fround(matrix[3]) - fround(matrix[1]);
  const xy = fround(matrix[1]) + fround(matrix[3]);
  const xz = fround(matrix[2]) + fround(matrix[6]);
  const yz = fround(matrix[5]) + fround(matrix[7]);
  const trace = m00 + m11 + m22;
  // The largest of 4w², 4x², 4y², 4z² is the one to divide by.
  const largest = Math.max(trace, m00, m11, m22);
  if (largest === trace) put([x, y, z, 1 + trace], into, offset);
  else if (largest === m00) put([1 + m00 - m11 - m22, xy, xz, x], into, offset);
  else if (largest === m11) put([xy, 1 + m11 - m00 - m22, yz, y], into, offset);
  else put([xz, yz, 1 + m22 - m00 - m11, z], into, offset);
}

/** Writes a quaternion that is not of length 1, turned so that w is not negative. */
function put(
  [x, y, z, w]: readonly [number, number, number, number],
  into: Float64Array,
  offset: number,
): void {
  const scale = (w < 0 ? -1 : 1) / Math.sqrt(x * x + y * y + z * z + w * w);
  into[offset] = x * scale;
  into[offset + 1] = y * scale;
  into[offset + 2] = z * scale;
  into[offset + 3] = w * scale;
}
