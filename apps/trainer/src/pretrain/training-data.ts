import { existsSync } from 'node:fs';

import { type Demonstrations, fitNormalization } from '@dppo/data';
import { scaled } from '@dppo/env';
import { type DiffusionSpec, type FlowSpec, isFlow, type TaskPlace } from '@dppo/policy/head';

import { checkHeld, heldBy } from '../algorithms/held-memory.ts';
import { checkTrainable } from '../algorithms/trainable.ts';
import { readData } from '../data/read-data.ts';
import { machineCode, pretrainingWork } from '../algorithms/machine-code.ts';
import { refuseGiven } from '../options/given.ts';
import { checkApart, checkOut, checkOutFolder } from '../runs/check-out.ts';
import { networkNamed } from '../policy/network-by.ts';
import { newFlow } from '../policy/new-flow.ts';
import { newPolicy } from '../policy/new-policy.ts';
import { samplerNamed } from '../policy/sampler-by.ts';
import { boundsOf, rangesIn } from '../tasks/ranges.ts';
import { taskOf } from '../tasks/task-of.ts';
import type { Task } from '../tasks/task.ts';
import { taskNamed } from '../tasks/task-place.ts';
import type { PretrainOptions } from './pretrain-options.ts';

/** All that a pre-training is made of. */
export interface CheckedPretraining {
  readonly options: PretrainOptions & { readonly jit: boolean };
  readonly spec: DiffusionSpec | FlowSpec;
  /** scaled to [−1, 1] */
  readonly demonstrations: Demonstrations;
}

/**
 * Reads the demonstrations, scaled by the ranges that are given or, from the units of the task, by their own.
 *
 * @throws Error naming the option where data, ranges and environment do not fit, or there is no room for the policy
 */
export async function checkPretrain(options: PretrainOptions): Promise<CheckedPretraining> {
  if (options.resume === undefined) {
    checkOut(options.out, '--out');
    checkApart(options.out, options.runDir);
    if (options.runDir !== undefined && options.autoResume !== true)
      checkOutFolder(options.runDir, '--run-dir');
  }
  if (!existsSync(options.data)) throw new Error(`--data ${options.data}: no such file`);
  const place = taskNamed(options.environment);
  const task = await taskOf(place);
  const demonstrations = await observed((await readData(options.data, {})).demonstrations, task, options);
  const { obsDim, actionDim } = demonstrations;
  if (obsDim !== task.obsDim || actionDim !== task.actionDim) {
    throw new Error(
      `--data ${options.data}: observations of ${obsDim} and actions of ${actionDim} numbers, wanted ${task.obsDim} and ${task.actionDim} for --environment ${options.environment}`,
    );
  }
  const { bounds, ...rows } = await (options.normalization === undefined
    ? ownRanges(options.data, demonstrations)
    : givenRanges(options.normalization, options.data, demonstrations));
  const spec = specOf(place, task, bounds, options);
  checkTrainable(options.backend, spec.network);
  checkHeld(heldBy(spec.network, { copies: 4, rows: rowsAtOnce(options, demonstrations) }));
  const jit = machineCode(
    options.jit,
    spec.network,
    pretrainingWork(spec, demonstrations.rewards.length, options),
  );
  const decided = { ...networkNamed(spec.network), ...decidedBy(spec, options) };
  return { options: { ...options, ...decided, jit }, spec, demonstrations: { ...demonstrations, ...rows } };
}

/**
 * Demonstrations as the task is observed: of those that show something else, what it makes of that.
 *
 * @throws Error naming the ranges where such data are scaled
 */
async function observed(
  demonstrations: Demonstrations,
  { recorded, obsDim }: Task,
  { data, normalization }: PretrainOptions,
): Promise<Demonstrations> {
  const { states, rewards } = demonstrations;
  if (demonstrations.obsDim !== recorded?.obsDim) return demonstrations;
  if (normalization !== undefined)
    throw new Error(
      `--normalization ${normalization}: the task makes its observations of those in ${data}, wanted them in its units and --normalization left out`,
    );
  const of = await recorded.observer();
  const made = new Float32Array(rewards.length * obsDim);
  for (let row = 0; row < rewards.length; row++) {
    made.set(of(states.subarray(row * recorded.obsDim, (row + 1) * recorded.obsDim)), row * obsDim);
  }
  return { ...demonstrations, obsDim, states: made };
}

/** The policy that options ask for. */
function specOf(
  place: TaskPlace,
  task: Task,
  bounds: DiffusionSpec['bounds'],
  options: PretrainOptions,
): DiffusionSpec | FlowSpec {
  if (options.kind === 'flow') {
    const { denoisingSteps = 4 } = options;
    return newFlow(place, task, bounds, { ...options, denoisingSteps });
  }
  refuseGiven(options, ['flowTimes'], 'it left out, or --kind flow as well');
  const { denoisingSteps = 20 } = options;
  return newPolicy(place, task, bounds, { ...options, denoisingSteps });
}

/** What options that were left open came to, beside those of the network. */
function decidedBy(spec: DiffusionSpec | FlowSpec, { flowTimes = 'uniform' }: PretrainOptions) {
  if (isFlow(spec)) {
    const { steps, clipMean = null, clipAction = null } = spec.sampler;
    const clips = { denoisedClipValue: clipMean, finalActionClipValue: clipAction };
    return { denoisingSteps: steps, ...clips, flowTimes };
  }
  const { denoisingSteps, prediction } = spec.sampler;
  return { denoisingSteps, predictEpsilon: prediction !== 'x0', ...samplerNamed(spec.sampler) };
}

/** The chunks of one optimizer step; beside the weights are their average and the two of AdamW. */
function rowsAtOnce({ batchSize }: PretrainOptions, { rewards }: Demonstrations) {
  return {
    option: `--batch-size ${batchSize}`,
    what: 'what the layers of the network put out for so many chunks',
    count: Math.min(batchSize, rewards.length),
  };
}

type Scaled = Pick<Demonstrations, 'states' | 'actions'> & Pick<DiffusionSpec, 'bounds'>;

/** As far as rounding goes. */
function isOne(value: number): boolean {
  return Math.abs(value - 1) < 1e-3;
}

function ownRanges(file: string, demonstrations: Demonstrations): Scaled {
  const ranges = fitNormalization(demonstrations);
  // A number that never changes is scaled to −1.
  const filled = ranges.obsMin.every(
    (min, d) => isOne(-min) && (isOne(ranges.obsMax[d]) || min === ranges.obsMax[d]),
  );
  if (filled) {
    throw new Error(
      `--data ${file}: every observed number fills [−1, 1], as in data that are scaled already; wanted --normalization with the ranges that they were scaled by`,
    );
  }
  return {
    bounds: boundsOf(ranges),
    states: scaled(demonstrations.states, ranges.obsMin, ranges.obsMax),
    actions: scaled(demonstrations.actions, ranges.actionMin, ranges.actionMax),
  };
}

async function givenRanges(
  file: string,
  data: string,
  { states, actions, obsDim, actionDim }: Demonstrations,
): Promise<Scaled> {
  const bounds = await rangesIn(file);
  const sizes = {
    observations: [bounds.obsMin.length, obsDim],
    actions: [bounds.actionMin.length, actionDim],
  };
  for (const [name, [found, expected]] of Object.entries(sizes)) {
    if (found !== expected)
      throw new Error(
        `--normalization ${file}: ranges of ${found} ${name}, wanted ${expected} as in ${data}`,
      );
  }
  for (const [name, values] of Object.entries({ observations: states, actions })) {
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (largest > 1.01) {
      throw new Error(
        `--normalization ${file}: the ${name} in ${data} reach ${largest.toPrecision(3)}, wanted at most 1, scaled by these ranges; leave --normalization out for data in the units of the task`,
      );
    }
  }
  return { bounds, states, actions };
}
