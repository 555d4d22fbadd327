import type { ActorTerms, Column, CriticTerms, Experience, Gradient, Numbers, Parameters } from '@dppo/agent';
import { rowsOf, tensorsOf } from '@dppo/agent';
import { formatTensors, headerOf, parseTensors } from '@dppo/checkpoint';
import { parseJson } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** A double in decimal digits that round to it, as JSON knows neither NaN nor infinities. */
const double = z.string().max(32).transform(Number);

/** The scalars of each network's loss. */
const scalarsOf = {
  actor: z.strictObject({
    loss: double,
    policyLoss: double,
    entropy: double,
    bcLoss: double,
    approxKl: double,
    clipFraction: double,
    ratio: double,
  } satisfies Record<keyof ActorTerms, unknown>),
  critic: z.strictObject({
    loss: double,
    valueLoss: double,
  } satisfies Record<keyof CriticTerms, unknown>),
};

/** What the minibatches of an update are of, as a safetensors file. */
export function formatExperience(experience: Experience): Uint8Array {
  return tf.tidy(() => formatTensors(tensorsOf(experience), {}, 'the experience of an update'));
}

/**
 * What `formatExperience` made bytes of.
 *
 * @throws Error where a column is missing, or they have not equally many rows
 */
export function parseExperience(bytes: Uint8Array): Experience {
  const name = 'the experience of an update';
  const { tensors } = parseTensors(bytes, name);
  try {
    const columns = Object.fromEntries(
      Object.entries(tensors).map(([column, tensor]) => [column, columnOf(tensor)]),
    );
    const { states, logProb } = columns;
    const [value, returns] = ['value', 'return'].map((column) => floats(columns[column]));
    if (!states || !logProb || !value || !returns)
      throw new RangeError(`${name}: a column is missing, wanted states, logProb, value and return`);
    rowsOf(columns);
    return { ...columns, states, logProb, value, return: returns };
  } finally {
    tf.dispose(tensors);
  }
}

function columnOf(tensor: tf.Tensor): Column {
  const data = tensor.dataSync<'float32' | 'int32'>();
  const shape = tensor.shape.slice(1);
  return { shape, data: tensor.dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data) };
}

function floats(column: Column | undefined): Column<Float32Array> | undefined {
  return column && { shape: column.shape, data: Float32Array.from(column.data satisfies Numbers) };
}

/** The gradient of a part, as a safetensors file. */
export function formatGradient({ gradients, scalars }: Gradient<ActorTerms | CriticTerms>): Uint8Array {
  const texts = Object.fromEntries(Object.entries(scalars).map(([term, value]) => [term, String(value)]));
  const tensors = Object.entries(gradients).map(([name, { shape, data }]) => [
    name,
    tf.tensor(data, [...shape]),
  ]);
  const named: tf.NamedTensorMap = Object.fromEntries(tensors);
  try {
    return formatTensors(named, { scalars: JSON.stringify(texts) }, 'the gradient of a part');
  } finally {
    tf.dispose(named);
  }
}

/**
 * What `formatGradient` made of the gradient of some parameters.
 *
 * @throws Error that begins with `name` where it is of others, before memory is taken for it, or a scalar is missing
 */
export function parseGradient<Trained extends keyof Parameters>(
  trained: Trained,
  bytes: Uint8Array,
  parameters: tf.NamedTensorMap,
  name: string,
): Gradient<{ actor: ActorTerms; critic: CriticTerms }[Trained]>;
export function parseGradient(
  trained: keyof Parameters,
  bytes: Uint8Array,
  parameters: tf.NamedTensorMap,
  name: string,
): Gradient<ActorTerms> | Gradient<CriticTerms> {
  for (const { name: tensor, dtype, shape } of headerOf(bytes, name).entries) {
    const wanted = Object.hasOwn(parameters, tensor) ? `F32 [${parameters[tensor].shape.join()}]` : undefined;
    const found = `${dtype} [${shape.join()}]`;
    if (found !== wanted)
      throw new Error(`${name}: ${tensor} is ${found}, wanted ${wanted ?? 'nothing of that name'}`);
  }
  const { tensors, metadata } = parseTensors(bytes, name);
  try {
    const json = parseJson(metadata['scalars'] ?? '', { values: 40, depth: 2 }, `${name}: metadata scalars`);
    const gradients = Object.fromEntries(
      Object.entries(tensors).map(([parameter, tensor]) => [
        parameter,
        { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) },
      ]),
    );
    return trained === 'actor'
      ? { gradients, scalars: scalarsOf.actor.parse(json) }
      : { gradients, scalars: scalarsOf.critic.parse(json) };
  } finally {
    tf.dispose(tensors);
  }
}
