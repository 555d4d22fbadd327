import { isConstant } from '@dppo/env';
import type { BoundsSpec } from '@dppo/policy';

/** What a program scales the numbers of a vector by: x′ = 2·(x − low)/width − 1 [D]; a width of 0 is of a number that never varies. */
export interface Scaling {
  readonly low: readonly number[];
  readonly width: readonly number[];
}

/** What our scaling of observations adds to a range. */
const added = 1e-6;

/**
 * Our ranges by which observations and actions are scaled as `obs` and `action` say. Theirs divide by a range, ours by a range and 10⁻⁶:
 * the ranges of observations are that much shorter.
 *
 * @throws Error naming the dimension that is scaled by too little to be told from rounding
 */
export function rangesBy(obs: Scaling, action: Scaling): BoundsSpec {
  for (const [name, { width }] of Object.entries({ observation: obs, action })) {
    const d = width.findIndex((each) => !(each >= 0 && each < Infinity));
    if (d >= 0)
      throw new Error(`the range of ${name} ${d} is ${width[d]} wide, wanted a finite number of 0 or more`);
  }
  const obsMax = obs.low.map((low, d) => {
    if (obs.width[d] === 0) return low;
    const most = near(low, obs.width[d]);
    if (isConstant(low, most))
      throw new Error(
        `the range of observation ${d} is ${obs.width[d]} wide, wanted more than float32 rounds by, or 0`,
      );
    return most;
  });
  const actionMax = action.low.map((low, d) => low + action.width[d]);
  return { obsMin: [...obs.low], obsMax, actionMin: [...action.low], actionMax };
}

/** The end of a range, rounded to float32 where that is nothing to it: what was exported comes back as it was. */
function near(low: number, width: number): number {
  const exact = low + width - added;
  const rounded = Math.fround(exact);
  return Math.abs(rounded - exact) <= 1e-7 * width ? rounded : exact;
}

/** The ends of ranges as they were before `rangesBy`, of observations. */
export function widthOf(min: number, max: number): number {
  // x − min − 1 is what a number that never varies is seen as.
  return isConstant(min, max) ? 2 : max - min + added;
}
