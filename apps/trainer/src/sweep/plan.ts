import { finetuneOptions, type FinetuneOptions } from '../finetune/finetune-options.ts';
import { settled } from '../finetune/starting-spec.ts';
import { readLine } from '../options/command-line.ts';
import type { Line } from '../options/option-layers.ts';
import { configurationsOf } from './configurations.ts';
import { describePoint, type Point, textOf } from './point.ts';
import { medianRule, type Rule, successiveHalving } from './rules.ts';
import { leastMultiple, type Pace, type Stages, stagesOf } from './stages.ts';
import type { SweepOptions } from './sweep-options.ts';

/** Options of `dppo finetune` that are tried together, with each seed. */
export interface Configuration {
  /** from 1 */
  readonly number: number;
  /** The options in which it differs from the others. */
  readonly point: Point;
  /** All of its options, as a command line of `dppo finetune` has them. */
  readonly line: Line;
}

/** What a sweep is to compute. */
export interface Plan {
  readonly configurations: readonly Configuration[];
  readonly stages: Stages;
  /** Which go on after each stage but the last. */
  readonly rule: Rule;
}

/**
 * What the options of a sweep ask for; each job would begin with them.
 *
 * @throws Error naming the configuration with which `dppo finetune` would not begin, and why
 */
export async function planOf(options: SweepOptions): Promise<Plan> {
  const configurations = configurationsOf(options).map((point, i): Configuration => ({
    number: i + 1,
    point,
    line: lineOf({ ...options.options, ...point }),
  }));
  const paces: Pace[] = [];
  for (const each of configurations) paces.push(await named(each, () => paceOf(each.line)));
  const stages = stagesOf(options, paces);
  for (const [i, each] of configurations.entries())
    await named(each, () => checkShort(each.line, stages[0][i]));
  const { halving } = options;
  return { configurations, stages, rule: halving ? successiveHalving(halving.factor) : medianRule };
}

function lineOf({ preset, ...options }: Point): Line {
  return {
    ...(preset !== undefined && { preset: textOf(preset) }),
    set: Object.entries(options).map(([name, value]) => `${name}=${textOf(value)}`),
    named: {},
  };
}

async function paceOf(line: Line): Promise<Pace> {
  const { options } = await settled(optionsOf(line));
  const { iterations, nEnvs, steps, actSteps = 1, evalEvery, saveEvery } = options;
  return { iterations, stepsEach: nEnvs * steps * actSteps, multiple: leastMultiple(evalEvery, saveEvery) };
}

/** The options of `dppo finetune` that a line of a sweep asks for. */
export function optionsOf(line: Line): FinetuneOptions {
  return readLine('finetune', finetuneOptions, line).options;
}

/** @throws Error where a job that is judged after so many iterations would have other options than one that goes on to its end */
function checkShort(line: Line, iterations: number): void {
  const whole: Readonly<Record<string, unknown>> = optionsOf(line);
  const short = Object.entries(optionsOf({ ...line, named: { iterations: String(iterations) } }));
  const other = short.find(
    ([name, value]) => name !== 'iterations' && value !== whole[name] && typeof value === 'number',
  );
  if (other !== undefined)
    throw new Error(
      `it is judged after ${iterations} iterations, where ${other[0]} would be ${String(other[1])} in place of ${String(whole[other[0]])}; wanted a later first`,
    );
}

/** Says of which configuration an error is. */
export async function named<Result>(
  { number, point }: Configuration,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const about = describePoint(point);
    throw new Error(`configuration ${number}${about === '' ? '' : ` (${about})`}: ${reason}`, {
      cause: error,
    });
  }
}
