/** Smallest and largest value of each component in the demonstrations: obs [Do], action [Da]. */
export interface Bounds {
  /** [Do] */
  readonly obsMin: ArrayLike<number>;
  /** [Do] */
  readonly obsMax: ArrayLike<number>;
  /** [Da] */
  readonly actionMin: ArrayLike<number>;
  /** [Da] */
  readonly actionMax: ArrayLike<number>;
}

/**
 * Checks bounds before anything is scaled by them.
 *
 * @param caller - what an error begins with
 * @param bounds - what is checked
 * @param sizes - Do and Da
 * @throws RangeError that begins with `caller` and names the bound that has another length than an observation or an action, that is
 * not finite in float32, or the minimum that is above its maximum
 */
export function checkBounds(
  caller: string,
  bounds: Bounds,
  sizes: { readonly obsDim: number; readonly actionDim: number },
): void {
  const { obsMin, obsMax, actionMin, actionMax } = bounds;
  checkRange(caller, { obsMin, obsMax }, sizes.obsDim);
  checkRange(caller, { actionMin, actionMax }, sizes.actionDim);
}

function checkRange(caller: string, bounds: Readonly<Record<string, ArrayLike<number>>>, size: number): void {
  for (const [name, bound] of Object.entries(bounds)) {
    if (bound.length !== size) {
      throw new RangeError(`${caller}: ${name} has ${bound.length} numbers, wanted ${size}`);
    }
    for (let d = 0; d < size; d++) {
      if (!Number.isFinite(Math.fround(bound[d])))
        throw new RangeError(`${caller}: ${name}[${d}] is ${bound[d]}, wanted a finite number of float32`);
    }
  }
  const [[low, min], [high, max]] = Object.entries(bounds);
  for (let d = 0; d < size; d++) {
    if (min[d] > max[d])
      throw new RangeError(`${caller}: ${low}[${d}] is ${min[d]}, wanted at most ${high}[${d}], ${max[d]}`);
  }
}
