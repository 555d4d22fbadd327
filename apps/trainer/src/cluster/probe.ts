import { createHash } from 'node:crypto';

import { compiled, type Numbers, seeded, type Table } from '@dppo/agent';
import { compile } from '@dppo/engine';
import type { VecEnv } from '@dppo/env';
import { networkOf, policyOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { type MachineHere, machineHere } from './machine-here.ts';
import { actingState, type RunHere } from './run-here.ts';

/** Whether a machine has the same arithmetic: digests of numbers, and what they may depend on. */
const probed = z.strictObject({
  digests: z.record(z.string(), z.string()),
  machine: z.record(z.string(), z.string().max(1000)),
});

export type Probed = z.output<typeof probed>;

/** What this machine computes of a run, and what its rollouts look like. */
export interface Probe {
  readonly probed: Probed;
  /** Columns of some rows of a rollout. */
  readonly table: Table;
  /** Whether its environments can be saved. */
  readonly isSavable: boolean;
}

/** What decides how sums are rounded, whether that shows in a probe or not. */
const deciding = ['backend', 'threads'];

/** Steps of an environment that are compared. */
const STEPS = 50;

/** Computes one `act` with the run's shapes, and some steps of its environment. */
export async function probe(run: RunHere, machine: MachineHere = machineHere()): Promise<Probe> {
  return run.inEnvironments(1, async (env) => {
    const acted = acts(run, env.obsShape);
    const { stepped, table } = await steps(env);
    const digests = { act: digest(Object.values(acted)), environment: digest(stepped) };
    return { probed: { digests, machine }, table: { ...table, ...acted }, isSavable: env.save !== undefined };
  });
}

/** What a new policy does for random observations. */
function acts(run: RunHere, shape: readonly number[]): Table {
  const { spec, description } = run;
  const { network } = spec;
  const { rows } = description;
  const random = seeded(0, 'probe');
  const obs = random.normal(rows * network.condSteps * network.obsDim);
  const frozen = networkOf(network).init(0);
  try {
    if (description.training !== undefined) {
      const { policy, algorithm } = run.training(frozen);
      const actor = policy.init(0);
      const acted = algorithm.act(actingState(actor, 0), { 'obs.state': { shape, data: obs } }, random);
      tf.dispose(actor);
      return acted;
    }
    const policy = compiled(policyOf({ spec, params: frozen }), compile);
    const { draws, horizonSteps, actionDim } = policy;
    const noise = random.normal(draws * rows * horizonSteps * actionDim);
    const data = tf.tidy(() =>
      policy
        .best(
          frozen,
          { state: tf.tensor(obs, [rows, ...shape]) },
          tf.tensor4d(noise, [draws, rows, horizonSteps, actionDim]),
        )
        .dataSync<'float32'>(),
    );
    return { action: { shape: [horizonSteps, actionDim], data } };
  } finally {
    tf.dispose(frozen);
  }
}

/** Random actions in one environment. */
async function steps(env: VecEnv): Promise<{ readonly stepped: Numbers[]; readonly table: Table }> {
  const { obsShape: shape, actionShape } = env;
  const size = actionShape.reduce((product, each) => product * each, 1);
  const random = seeded(0, 'probe', 'environment');
  const stepped: Numbers[] = [(await env.reset([0])).slice()];
  for (let t = 0; t < STEPS; t++) {
    const actions = Float32Array.from({ length: size }, () => 2 * random.uniform() - 1);
    const { obs, reached, rewards } = await env.step(actions);
    stepped.push(obs.slice(), reached.slice(), rewards.slice());
  }
  const seen = { shape, data: stepped[0] };
  const flag = { shape: [], data: Uint8Array.of(0) };
  const table = {
    'obs.state': seen,
    'reached.state': seen,
    reward: { shape: [], data: Float32Array.of(0) },
    terminated: flag,
    truncated: flag,
    first: flag,
  };
  return { stepped, table };
}

function digest(columns: readonly (Numbers | Table[string])[]): string {
  const hash = createHash('sha256');
  for (const column of columns) {
    const { buffer, byteOffset, byteLength } = 'data' in column ? column.data : column;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

/** A probe as bytes. */
export function formatProbed(of: Probed): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(of));
}

/** Why the numbers of a worker are others than those of the `learner`; undefined where they are the same. */
export function difference(bytes: Uint8Array, learner: Probed): string | undefined {
  if (bytes.length > 65_536) return `its numbers are told in ${bytes.length} bytes, wanted a few`;
  const parsed = probed.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!parsed.success) return 'its numbers cannot be read, wanted a worker of the same version of dppo';
  const { digests, machine } = parsed.data;
  const others = namesOf(digests, learner.digests);
  const decide = deciding.filter((name) => machine[name] !== learner.machine[name]);
  if (others.length + decide.length === 0) return undefined;
  const causes = namesOf(machine, learner.machine).map(
    (name) => `${name} ${machine[name] ?? 'none'}, wanted ${learner.machine[name] ?? 'none'}`,
  );
  const because =
    causes.length > 0 ? causes.join('; ') : 'though nothing that may cause it is known to differ';
  return `other numbers${others.length > 0 ? ` in ${others.join(' and ')}` : ''}: ${because}`;
}

/** Names of what differs in two records. */
function namesOf(one: MachineHere, other: MachineHere): string[] {
  return [...new Set([...Object.keys(other), ...Object.keys(one)])].filter(
    (name) => one[name] !== other[name],
  );
}
