import type { SweepOptions } from './sweep-options.ts';

/** How a configuration spends environment steps. */
export interface Pace {
  /** of the whole job */
  readonly iterations: number;
  /** environment steps of an iteration, of environments that are never reset */
  readonly stepsEach: number;
  /** Iterations after which it evaluates and saves: so a job that stops there and goes on is one that never stopped. */
  readonly multiple: number;
}

/** How far each configuration goes before it is judged, the last time to its end: iterations [stages][configurations]. */
export type Stages = readonly (readonly number[])[];

/**
 * When configurations are judged: after about equally many environment steps, at the next of their own evaluations; never without a rule.
 *
 * @throws Error where no configuration would be judged before its end
 */
export function stagesOf({ halving, median }: Rules, paces: readonly Pace[]): Stages {
  const whole = paces.map(({ iterations }) => iterations);
  const name = halving ? 'halving' : 'median';
  const rule = halving ?? median;
  if (rule === undefined) return [whole];
  const longest = Math.max(...paces.map(({ iterations, stepsEach }) => iterations * stepsEach));
  const stages: (readonly number[])[] = [];
  for (const steps of halving ? powers(halving, longest) : multiples(median, longest)) {
    const stage = paces.map((pace) => iterationsOf(pace, steps));
    const before = stages.at(-1);
    const isNew = stage.some((iterations, i) => iterations !== before?.[i] && iterations < whole[i]);
    if (isNew) stages.push(stage);
  }
  if (stages.length > 0) return [...stages, whole];
  throw new Error(
    `--${name}: found first ${rule.first}, wanted a place before the end: a job has ${longest} env steps, and is judged where it both evaluates and saves`,
  );
}

type Rules = Pick<SweepOptions, 'halving' | 'median'>;

function* powers({ first, factor }: NonNullable<Rules['halving']>, end: number): Generator<number> {
  for (let steps = first; steps < end; steps *= factor) yield steps;
}

function* multiples(rule: Rules['median'], end: number): Generator<number> {
  if (rule) for (let steps = rule.first; steps < end; steps += rule.every) yield steps;
}

function iterationsOf({ iterations, stepsEach, multiple }: Pace, steps: number): number {
  return Math.min(iterations, Math.ceil(steps / stepsEach / multiple) * multiple);
}

/** The least number that is a multiple of both. */
export function leastMultiple(one: number, other: number): number {
  let multiple = one;
  while (multiple % other !== 0) multiple += one;
  return multiple;
}
