import { existsSync } from 'node:fs';

import type { TrainState } from '@dppo/agent';
import { readTensors, writeTensors } from '@dppo/checkpoint';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { membersOf } from '../policy/policy-file.ts';
import { type DiffusionSpec, formatSpec, parseSpec } from '../policy/policy-spec.ts';

/** All that a run needs to go on as if it had never stopped, besides its options. */
export interface Checkpoint {
  readonly spec: DiffusionSpec;
  readonly frozen: tf.NamedTensorMap;
  readonly state: TrainState;
  /** What the run has taken so far. */
  readonly seconds: number;
  /** What it was computed on. */
  readonly backend: string;
}

const progress = z.strictObject({
  iteration: z.number(),
  envSteps: z.number(),
  actorLrScale: z.number(),
  rewardScale: z.strictObject({
    returns: z.array(z.number()),
    mean: z.number(),
    variance: z.number(),
    count: z.number(),
  }),
  seconds: z.number(),
  backend: z.string(),
});

/** Writes a checkpoint, whole or not at all; it is a policy file as well. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { spec, frozen, state, seconds, backend } = checkpoint;
  const { iteration, envSteps, actorLrScale, rewardScale } = state;
  const training: z.input<typeof progress> = {
    iteration,
    envSteps,
    actorLrScale,
    rewardScale: { ...rewardScale, returns: [...rewardScale.returns] },
    seconds,
    backend,
  };
  const groups: Readonly<Record<string, tf.NamedTensorMap>> = {
    actor: state.actor,
    frozen,
    critic: state.critic,
    actorExpAvg: state.actorOptimizer.expAvg,
    actorExpAvgSq: state.actorOptimizer.expAvgSq,
    actorSteps: state.actorOptimizer.steps,
    criticExpAvg: state.criticOptimizer.expAvg,
    criticExpAvgSq: state.criticOptimizer.expAvgSq,
    criticSteps: state.criticOptimizer.steps,
  };
  const tensors = Object.fromEntries(
    Object.entries(groups).flatMap(([group, members]) =>
      Object.entries(members).map(([name, tensor]) => [`${group}.${name}`, tensor]),
    ),
  );
  await writeTensors(path, tensors, { dppo: formatSpec(path, spec), training: JSON.stringify(training) });
}

/**
 * Reads what writeCheckpoint wrote.
 *
 * @throws Error naming the file where it is not there, damaged, or the checkpoint of something else
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  if (!existsSync(path))
    throw new Error(`checkpoint ${path}: no such file, expected that of a run that has begun`);
  const { tensors, metadata } = await readTensors(path);
  const spec = parseSpec(path, metadata.dppo);
  if (spec.kind !== 'diffusion' || metadata.training === undefined) {
    throw new Error(`checkpoint ${path}: a policy alone, expected the state of a training`);
  }
  const { seconds, backend, ...rest } = progress.parse(JSON.parse(metadata.training));
  const group = (name: string): tf.NamedTensorMap => membersOf(tensors, `${name}.`);
  const optimizer = (name: string): TrainState['actorOptimizer'] => ({
    expAvg: group(`${name}ExpAvg`),
    expAvgSq: group(`${name}ExpAvgSq`),
    steps: group(`${name}Steps`),
  });
  const state: TrainState = {
    ...rest,
    actor: group('actor'),
    critic: group('critic'),
    actorOptimizer: optimizer('actor'),
    criticOptimizer: optimizer('critic'),
  };
  return { spec, frozen: group('frozen'), state, seconds, backend };
}
