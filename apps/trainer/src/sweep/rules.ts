import { average } from '../runs/average.ts';

/**
 * The mean return of a configuration over its seeds at each of its evaluations so far; without any, it has failed.
 */
export type ReturnCurve = readonly number[];

/** Which of the configurations go on, by their curves up to where they are judged. */
export type Rule = (curves: readonly ReturnCurve[]) => readonly boolean[];

/**
 * Successive halving: the ⌊n / η⌋ of n configurations, at least one, whose latest return is the highest go on; of equal ones the first.
 *
 * @param factor - η
 * @see Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization (2016), algorithm 1
 */
export function successiveHalving(factor: number): Rule {
  return (curves) => {
    const places = curves.map((curve, i) => ({ i, latest: curve.at(-1) ?? -Infinity }));
    const ranked = places.toSorted((one, other) =>
      one.latest < other.latest ? 1 : one.latest > other.latest ? -1 : 0,
    );
    const kept = new Set(
      ranked
        .slice(0, Math.max(1, Math.floor(curves.length / factor)))
        .flatMap(({ i }) => (curves[i].length > 0 ? [i] : [])),
    );
    return curves.map((_, i) => kept.has(i));
  };
}

/** Fewer configurations have no median to speak of. */
const least = 3;

/**
 * The median rule: a configuration goes on whose best return so far is at least the median, over all configurations, of the average of each
 * one's returns so far. Of fewer than three, all go on that have not failed.
 *
 * @see Golovin et al., Google Vizier: A Service for Black-Box Optimization (2017), section 3.2.1
 */
export const medianRule: Rule = (curves) => {
  const averages = curves.filter(({ length }) => length > 0).map(average);
  const bound = averages.length < least ? -Infinity : median(averages);
  return curves.map((curve) => curve.length > 0 && Math.max(...curve) >= bound);
};

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
