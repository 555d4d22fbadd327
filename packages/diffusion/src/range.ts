import { checkFloors } from './check.ts';
import type { Sampler } from './sampler.ts';

/** A part of a sampler: steps `from` … `to` − 1; all of them by default. */
export interface StepRange {
  /** First step. */
  readonly from?: number;
  /** The step after the last. */
  readonly to?: number;
}

/** The range with its defaults; throws unless it is of the sampler's steps. */
export function checkRange(
  caller: string,
  { times }: Pick<Sampler, 'times'>,
  { from = 0, to = times.length }: StepRange,
): Required<StepRange> {
  if (![from, to].every(Number.isInteger) || from < 0 || from > to || to > times.length) {
    throw new RangeError(`${caller}: steps ${from} to ${to}, wanted a range within 0 to ${times.length}`);
  }
  return { from, to };
}

/** The range with its defaults; throws unless it has steps and each a density, because its std or the floor is above 0. */
export function checkDensities(
  caller: string,
  sampler: Sampler,
  range: StepRange,
  floor: Readonly<Record<string, number>>,
): Required<StepRange> {
  const { from, to } = checkRange(caller, sampler, range);
  checkFloors(caller, floor);
  const [least] = Object.values(floor);
  if (from === to) throw new RangeError(`${caller}: got no steps, wanted at least 1`);
  const still = sampler.stds?.slice(from, to).findIndex((std) => Math.max(std, least) === 0) ?? -1;
  if (still >= 0) {
    throw new RangeError(
      `${caller}: step ${from + still} has std 0 and so no density, wanted a floor above 0`,
    );
  }
  return { from, to };
}
