import { type ActorPart, type CriticPart, type Parts, seeded } from '@dppo/agent';
import { formatTensors, parseTensors } from '@dppo/checkpoint';
import { parseJson } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Whose gradient a part is of. */
export type Trained = keyof Parts;

/** What is no column of a part of the actor's samples. */
const ofActor = z.strictObject({
  from: z.int().min(0),
  whole: z.int().min(1),
  iteration: z.int().min(0),
  random: z.tuple([z.int().min(0)]).rest(z.union([z.string().max(100), z.int().min(0)])),
});

const ofCritic = z.strictObject({ whole: z.int().min(1) });

/** A part of the actor's samples as bytes. */
export function formatActorPart({ samples, advantages, clips, ...part }: ActorPart): Uint8Array {
  const { from, whole, iteration, random } = part;
  if (random.address === undefined)
    throw new RangeError('formatActorPart: random has no address, wanted what seeded makes');
  const about: z.input<typeof ofActor> = { from, whole, iteration, random: [...random.address] };
  return bytesOf({ samples, advantages, clips }, about);
}

/** A part of the critic's rows as bytes. */
export function formatCriticPart({ rows, counts, whole }: CriticPart): Uint8Array {
  const about: z.input<typeof ofCritic> = { whole };
  return bytesOf({ rows, counts }, about);
}

/**
 * A part of one network alone, of what `formatActorPart` or `formatCriticPart` made of it.
 *
 * @throws Error where a column is missing or of another length, or a number is none of the `samples` or `rows` that there are
 */
export function parsePart(
  trained: Trained,
  data: Uint8Array,
  most: { readonly samples: number; readonly rows: number },
): Parts {
  const name = `a part of the ${trained}'s gradient`;
  const { tensors, metadata } = parseTensors(data, name);
  try {
    const json = parseJson(metadata['part'] ?? '', { values: 40, depth: 3 }, `${name}: metadata part`);
    if (trained === 'critic') {
      const rows = numbersIn(tensors, 'rows', most.rows, name);
      const counts = floatsIn(tensors, 'counts', rows.length, name);
      return { actor: [], critic: [{ rows, counts, ...ofCritic.parse(json) }] };
    }
    const { random, ...about } = ofActor.parse(json);
    const samples = numbersIn(tensors, 'samples', most.samples, name);
    const [advantages, clips] = ['advantages', 'clips'].map((column) =>
      floatsIn(tensors, column, samples.length, name),
    );
    return {
      actor: [{ samples, advantages, clips, ...about, random: seeded(...random) }],
      critic: [],
    };
  } finally {
    tf.dispose(tensors);
  }
}

function bytesOf(columns: Readonly<Record<string, Float32Array | Int32Array>>, about: object): Uint8Array {
  const tensors = Object.entries(columns).map(([name, data]) => [name, tf.tensor(data)]);
  const named: tf.NamedTensorMap = Object.fromEntries(tensors);
  try {
    return formatTensors(named, { part: JSON.stringify(about) }, 'a part of a gradient');
  } finally {
    tf.dispose(named);
  }
}

function numbersIn(tensors: tf.NamedTensorMap, column: string, most: number, name: string): Int32Array {
  const numbers = Int32Array.from(foundIn(tensors, column, name).dataSync());
  const outside = numbers.find((number) => !(number >= 0 && number < most));
  if (outside !== undefined)
    throw new RangeError(`${name}: ${column} has ${outside} in it, wanted 0 … ${most - 1}`);
  return numbers;
}

function floatsIn(tensors: tf.NamedTensorMap, column: string, length: number, name: string): Float32Array {
  const numbers = Float32Array.from(foundIn(tensors, column, name).dataSync());
  if (numbers.length !== length)
    throw new RangeError(`${name}: ${column} has ${numbers.length} numbers, wanted ${length}`);
  return numbers;
}

function foundIn(tensors: tf.NamedTensorMap, column: string, name: string): tf.Tensor {
  if (!(column in tensors)) throw new RangeError(`${name}: ${column} is missing`);
  return tensors[column];
}
