import { dppo } from '../algorithms/ppo-options.ts';
import { refuseGiven } from '../options/given.ts';

type Told = Readonly<Record<string, unknown>>;

const defaults: Told = Object.fromEntries(
  Object.entries(dppo).map(([name, schema]) => [name, schema.safeParse(undefined).data]),
);

/**
 * Refuses options of DPPO that have a default and another value than it.
 *
 * @throws Error naming the first of `names` that has, and `wanted`
 */
export function refuseOtherThanDefault(options: Told, names: readonly string[], wanted: string): void {
  refuseGiven(
    options,
    names.filter((name) => options[name] !== defaults[name]),
    wanted,
  );
}

/**
 * Refuses what tells denoising steps apart, where a chunk is one sample; a range that is the same for all is not refused.
 *
 * @throws Error naming the option, and `why` it is of no use
 */
export function refuseBetweenSteps(options: Told, why: string): void {
  const { clipPlossCoef, clipPlossCoefBase } = options;
  const names = ['gammaDenoising', 'clipPlossCoefRate'];
  if (clipPlossCoefBase !== clipPlossCoef) names.push('clipPlossCoefBase');
  refuseOtherThanDefault(options, names, `it left out: ${why}`);
}
