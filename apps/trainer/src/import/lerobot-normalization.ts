import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { members } from '../runs/members.ts';
import { weightsIn, type Weights } from './import-weights.ts';
import { besides, jsonIn } from './lerobot-files.ts';
import type { Scaling } from './their-ranges.ts';

/** How lerobot scales what a policy sees and does. */
export interface Stats {
  /** Of an observation `name` of a `type` and `dim` numbers. */
  readonly seen: (name: string, type: string, dim: number) => Scaling;
  /** Of an action. */
  readonly done: (name: string, type: string, dim: number) => Scaling;
}

const processor = z.looseObject({
  steps: z.array(
    z.looseObject({
      registry_name: z.string(),
      config: z.looseObject({}),
      state_file: z.string().optional(),
    }),
  ),
});
const normalizer = z.looseObject({
  norm_map: z.record(z.string(), z.string()),
  eps: z.number().min(0),
  normalize_observation_keys: z.array(z.string()).optional(),
});

/** Steps that change no number. */
const harmless = new Set(['to_batch_processor', 'device_processor']);

/** What is added to standard deviations, and was to ranges, before it could be told. */
const eps = 1e-8;

/** The two statistics that each mode of scaling to [−1, 1] goes by. */
const ends: Readonly<Record<string, readonly [low: string, high: string]>> = {
  MIN_MAX: ['min', 'max'],
  QUANTILES: ['q01', 'q99'],
  QUANTILE10: ['q10', 'q90'],
};

/**
 * How the policy in a folder scales: by its processors, which lerobot has had since 0.4, or by buffers among its `weights` before.
 *
 * @param modes - normalization_mapping of its configuration, which the buffers go by
 * @throws Error naming the file, and the step of it that we have not
 */
export async function normalizationIn(
  folder: string,
  weights: Weights,
  modes: Readonly<Record<string, string>>,
): Promise<Stats> {
  const [before, after] = ['policy_preprocessor.json', 'policy_postprocessor.json'].map((name) =>
    join(folder, name),
  );
  if (existsSync(before)) {
    const [seen, done] = [
      await stepIn(folder, before, 'normalizer_processor'),
      await stepIn(folder, after, 'unnormalizer_processor'),
    ];
    return {
      seen: (name, type, dim) =>
        seen.keys?.includes(name) === false ? identity(dim) : scaling(seen, { name, type, dim }, seeing),
      done: (name, type, dim) => scaling(done, { name, type, dim }, doing),
    };
  }
  const buffers = (module: string, name: string): Statistics => ({
    modes,
    eps,
    values: members(weights, `${module}.buffer_${name.replaceAll('.', '_')}.`),
    file: join(folder, 'model.safetensors'),
  });
  if (!Object.keys(weights).some((name) => name.startsWith('unnormalize_outputs.buffer_')))
    throw new Error(
      `${folder}: neither policy_preprocessor.json (lerobot 0.4 and later) nor unnormalize_outputs.buffer_action (before) in it, wanted what the policy normalises by`,
    );
  return {
    // Before 0.4 a range was divided by with ε added to it.
    seen: (name, type, dim) =>
      scaling(
        buffers('normalize_inputs', name),
        { name: '', type, dim },
        { ...seeing, widened: (range) => (range === 0 ? 0 : range + eps) },
      ),
    done: (name, type, dim) => scaling(buffers('unnormalize_outputs', name), { name: '', type, dim }, doing),
  };
}

interface Statistics {
  readonly modes: Readonly<Record<string, string>>;
  /** Added to standard deviations. */
  readonly eps: number;
  readonly values: Weights;
  readonly file: string;
  readonly keys?: readonly string[] | undefined;
}

/** The statistics of the one step of a processor that scales. */
async function stepIn(folder: string, file: string, wanted: string): Promise<Statistics> {
  const parsed = processor.safeParse(await jsonIn(file));
  if (!parsed.success) throw new Error(`${file}: no steps of a processor in it`);
  const { steps } = parsed.data;
  for (const { registry_name: name, config } of steps) {
    const isRenaming = name === 'rename_observations_processor';
    if (isRenaming && Object.keys(config['rename_map'] ?? {}).length === 0) continue;
    if (name !== wanted && !harmless.has(name))
      throw new Error(`${file}: has a ${name}${isRenaming ? ' that renames' : ''}, wanted ${wanted} alone`);
  }
  const [step, ...more] = steps.filter(({ registry_name: name }) => name === wanted);
  if (step === undefined || more.length > 0)
    throw new Error(`${file}: ${step ? 'more than one' : 'no'} ${wanted} in it, wanted one`);
  const told = normalizer.safeParse(step.config);
  if (!told.success) throw new Error(`${file}: no norm_map and eps of ${wanted} in it`);
  const { norm_map: modes, eps: least, normalize_observation_keys: keys } = told.data;
  const values = step.state_file === undefined ? {} : await weightsIn(besides(folder, step.state_file, file));
  return { modes, eps: least, values, file, keys };
}

/** What is done to the statistics that numbers are scaled by. */
interface Way {
  /** What is added to a standard deviation, for each ε of it. */
  readonly added: 0 | 1;
  /** How far the low end is from the mean of what never varies: it is seen as 0, or done as it is. */
  readonly still: 0 | 1;
  readonly widened: (range: number) => number;
}

const exactly = (range: number): number => range;
const seeing: Way = { added: 1, still: 1, widened: exactly };
const doing: Way = { added: 0, still: 0, widened: exactly };

/** x′ = x */
function identity(dim: number): Scaling {
  return { low: Array<number>(dim).fill(-1), width: Array<number>(dim).fill(2) };
}

function scaling(
  { modes, eps: least, values, file }: Statistics,
  { name, type, dim }: { readonly name: string; readonly type: string; readonly dim: number },
  { added, still, widened }: Way,
): Scaling {
  const { [type]: mode = 'IDENTITY' } = modes;
  const own = name === '' ? values : members(values, `${name}.`);
  if (mode === 'IDENTITY' || Object.keys(own).length === 0) return identity(dim);
  const numbers = (stat: string): number[] => {
    if (!Object.hasOwn(own, stat))
      throw new Error(`${file}: no ${stat} of ${name === '' ? type : name}, wanted it for ${mode}`);
    const all = Array.from(own[stat].values(), Number);
    if (all.length !== dim)
      throw new Error(
        `${file}: ${stat} of ${name === '' ? type : name} has ${all.length} numbers, wanted ${dim}`,
      );
    return all;
  };
  if (mode === 'MEAN_STD') {
    const [mean, std] = [numbers('mean'), numbers('std')];
    const spread = std.map((each) => (each === 0 ? 0 : each + added * least));
    const low = mean.map((each, d) => each - (spread[d] === 0 ? still : spread[d]));
    return { low, width: spread.map((each) => 2 * each) };
  }
  if (!Object.hasOwn(ends, mode))
    throw new Error(
      `${file}: ${type} is normalised by ${mode}, wanted MEAN_STD, IDENTITY or ${Object.keys(ends).join(' or ')}`,
    );
  const [low, high] = ends[mode].map(numbers);
  return { low, width: high.map((each, d) => widened(each - low[d])) };
}
