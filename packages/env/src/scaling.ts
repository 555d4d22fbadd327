type Numbers = ArrayLike<number>;

/** Keeps a dimension that never changes from dividing by 0. */
const EPSILON = 1e-6;

/**
 * Rows from their ranges to [−1, 1], not clipped: x′ = 2·((x − min) / (max − min + 10⁻⁶) − ½).
 *
 * @param rows - [R, D], row-major; a fresh array is returned
 * @param min - smallest value of each dimension [D]
 * @param max - largest value of each dimension [D]
 * @throws RangeError where min and max are not of one length, or the rows not whole
 * @see get_d4rl_dataset.py and env/gym_utils/wrapper/mujoco_locomotion_lowdim.py of the reference
 */
export function scaled(rows: Float32Array, min: Numbers, max: Numbers): Float32Array {
  checkRows('scaled', rows, min, max);
  const size = min.length;
  return rows.map((value, i) => {
    const d = i % size;
    return 2 * ((value - min[d]) / (max[d] - min[d] + EPSILON) - 0.5);
  });
}

/**
 * Rows from [−1, 1] to their ranges, not clipped: x = (x′ + 1)/2·(max − min) + min.
 *
 * @param rows - [R, D], row-major; a fresh array is returned
 * @param min - smallest value of each dimension [D]
 * @param max - largest value of each dimension [D]
 * @throws RangeError where min and max are not of one length, or the rows not whole
 * @see env/gym_utils/wrapper/mujoco_locomotion_lowdim.py of the reference
 */
export function unscaled(rows: Float32Array, min: Numbers, max: Numbers): Float32Array {
  checkRows('unscaled', rows, min, max);
  const size = min.length;
  return rows.map((value, i) => {
    const d = i % size;
    return ((value + 1) / 2) * (max[d] - min[d]) + min[d];
  });
}

function checkRows(caller: string, rows: Numbers, min: Numbers, max: Numbers): void {
  if (min.length !== max.length || rows.length % min.length !== 0) {
    throw new RangeError(
      `${caller}: [${rows.length}] values, min [${min.length}], max [${max.length}] do not agree`,
    );
  }
}
