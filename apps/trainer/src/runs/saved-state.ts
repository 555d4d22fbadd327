import { checkNumbers } from '@dppo/agent';
import { readTensors, writeTensors } from '@dppo/checkpoint';
import { aboutFile, parseJson } from '@dppo/files';
import { flatten, release, type Tree, unflatten } from '@dppo/optim';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import type { Taken } from './clock.ts';
import { upgraded } from './old-checkpoint.ts';

type Branch = { readonly [name: string]: Tree };

/** What a checkpoint says of the run beside its state. */
export interface Progress extends Taken {
  /** What it was computed on. */
  readonly backend: string;
}

/** Tells that a run goes on where its numbers will be others than on the backend that it began on. */
export function tellBackend({ backend }: Progress, say: (line: string) => void): void {
  if (backend !== tf.getBackend())
    say(`the run was computed on ${backend}: on ${tf.getBackend()} its numbers will differ`);
}

const described = z.looseObject({
  seconds: z.number(),
  cpuSeconds: z.number().nullish(),
  backend: z.string(),
});

/** What is no tensor of a state, a number for each environment and no more, and states of loops of one's own. */
const budget = { values: 2 ** 20, depth: 100 };

/** A state as its file holds it. */
export interface SavedState extends Progress {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: tf.NamedTensorMap;
  /** The state, of the form of another, which is disposed of. */
  readonly stateLike: <State extends Branch>(like: State) => State;
}

/**
 * Writes the state of a training, whole or not at all, with a checksum.
 *
 * @throws Error naming the file and what of the state is not finite; nothing is written
 */
export async function writeState(
  path: string,
  state: Branch,
  about: Progress,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { tensors, rest } = flatten(state);
  checkNumbers(`checkpoint ${path}`, tensors);
  await writeTensors(path, tensors, { ...metadata, training: JSON.stringify({ state: rest, ...about }) });
}

/**
 * Reads what writeState wrote.
 *
 * @throws Error naming the file where it is damaged, no state of a training or, with `stateLike`, that of another or not finite
 */
export async function readState(path: string): Promise<SavedState> {
  const { tensors, metadata } = await readTensors(path);
  const { training, ...others } = metadata;
  if (training === undefined)
    throw new Error(`checkpoint ${path}: a policy alone, wanted the state of a training`);
  const { state, seconds, cpuSeconds, backend, ...old } = aboutTraining(training, path);
  const stateLike = <State extends Branch>(like: State): State => {
    try {
      const flat = state === undefined ? upgraded(tensors, old) : { tensors, rest: z.json().parse(state) };
      const found = unflatten(like, flat);
      checkNumbers('its state', flatten(found).tensors);
      release(like, found);
      return found;
    } catch (error) {
      release(tensors);
      release(like);
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`checkpoint ${path}: ${reason}`, { cause: error });
    }
  };
  return { seconds, cpuSeconds: cpuSeconds ?? NaN, backend, metadata: others, tensors, stateLike };
}

function aboutTraining(text: string, path: string): z.output<typeof described> {
  const name = `checkpoint ${path}: its metadata training`;
  const parsed = described.safeParse(parseJson(text, budget, name));
  if (!parsed.success) throw aboutFile(name, z.prettifyError(parsed.error));
  return parsed.data;
}
