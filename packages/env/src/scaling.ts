type Numbers = ArrayLike<number>;

/** The reference's, which keeps a dimension that never changed from dividing by 0. */
const EPSILON = 1e-6;

/** The share of a number that one rounding to float32 may take or add. */
const ROUNDING = 2 ** -23;

/**
 * Whether a range is too narrow to tell anything of what varies in it: no wider than the 10⁻⁶ that the reference adds to it, or than one
 * rounding of float32 at its ends. To scale by it would make rounding errors the largest numbers of all.
 *
 * @param min - smallest value of the dimension
 * @param max - largest value of the dimension
 */
export function isConstant(min: number, max: number): boolean {
  return max - min <= Math.max(EPSILON, ROUNDING * Math.max(Math.abs(min), Math.abs(max)));
}

/**
 * Rows from their ranges to [−1, 1], not clipped: x′ = 2·((x − min) / (max − min + 10⁻⁶) − ½), and x′ = x − min − 1 where the range is
 * too narrow for that (`isConstant`): where a dimension stays what it was in the data it is −1 by either, and where it moves it
 * weighs no more than in its own units.
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
    if (isConstant(min[d], max[d])) return value - min[d] - 1;
    return 2 * ((value - min[d]) / (max[d] - min[d] + EPSILON) - 0.5);
  });
}

/**
 * Rows from [−1, 1] to their ranges, not clipped: x = (x′ + 1)/2·(max − min) + min; a dimension without a range never moves.
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
