import type { Numbers, Played, Table } from '@dppo/agent';
import { type Dtype, formatTensors, headerOf, parseTensors } from '@dppo/checkpoint';
import { parseJson } from '@dppo/files';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

import { members } from '../runs/members.ts';
import { standingIn, standingTensors } from '../runs/standing-tensors.ts';

/** What is no column of a rollout. */
const about = z.strictObject({
  envSteps: z.int().min(0),
  episodes: z.array(z.strictObject({ return: z.number(), length: z.int().min(1) })),
});

/** How large what is played has to be. */
export interface Extent {
  /** environments */
  readonly count: number;
  /** chunks of each */
  readonly steps: number;
  /** Some rows with the columns of the table. */
  readonly like: Table;
  readonly isSavable: boolean;
}

/** What a shard played, as a safetensors file. */
export function formatPlayed({ rollout, standing }: Played): Uint8Array {
  const { table, count, envSteps, episodes } = rollout;
  const rows = table['reward'].data.length;
  const tensors = {
    ...prefixed(
      'table.',
      mapped(table, ({ shape, data }) => tensorOf(data, [rows, ...shape])),
    ),
    ...prefixed('standing.', standingTensors(standing)),
  };
  try {
    return formatTensors(tensors, { played: JSON.stringify({ envSteps, episodes }) }, `shard of ${count}`);
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * What `formatPlayed` made bytes of.
 *
 * @throws Error that begins with `name` where columns, shapes or counts are others than the run's, before memory is taken for them, and where
 * a number is not finite
 */
export function parsePlayed(bytes: Uint8Array, extent: Extent, name: string): Played {
  checkHeader(bytes, extent, name);
  const { tensors, metadata } = parseTensors(bytes, name);
  try {
    const { count, like, isSavable } = extent;
    const json = parseJson(
      metadata['played'] ?? '',
      { values: 2 ** 24, depth: 4 },
      `${name}: metadata played`,
    );
    const { envSteps, episodes } = about.parse(json);
    const found = members(tensors, 'table.');
    const table: Table = mapped(like, ({ shape }, column) => ({ shape, data: numbersOf(found[column]) }));
    for (const [column, { data }] of Object.entries(table)) checkFinite(data, `${name}: ${column}`);
    const { terminated, truncated } = table;
    const ended = Array.from(terminated.data, (flag, row) => flag > 0 || truncated.data[row] > 0);
    const ends = ended.filter(Boolean).length;
    if (ends !== episodes.length)
      throw new Error(`${name}: ${episodes.length} episodes, wanted ${ends}, as many as ended`);
    const standing = standingIn(members(tensors, 'standing.'));
    checkFinite(standing.obs['obs.state'].data, `${name}: standing.obs`);
    if (standing.firsts.length !== count || (standing.states !== undefined) !== isSavable)
      throw new Error(`${name}: ${standing.firsts.length} environments stand, wanted ${count}`);
    return { rollout: { count, table, envSteps, episodes }, standing };
  } finally {
    tf.dispose(tensors);
  }
}

/** @throws Error where a tensor is missing, too much, or of another shape than the run's */
function checkHeader(bytes: Uint8Array, { count, steps, like, isSavable }: Extent, name: string): void {
  const obs = like['obs.state'].shape;
  const wanted = new Map<string, string>([
    ...Object.entries(like).map(
      ([column, { shape, data }]) =>
        [`table.${column}`, `${dtypeOf(data)} [${[count * steps, ...shape].join()}]`] as const,
    ),
    ['standing.obs', `F32 [${[count, ...obs].join()}]`],
    ['standing.firsts', `I32 [${count}]`],
    ['standing.returns', `I32 [${count},2]`],
    ['standing.lengths', `I32 [${count},2]`],
    ...(isSavable ? ([['standing.sizes', `I32 [${count}]`]] as const) : []),
  ]);
  const { entries } = headerOf(bytes, name);
  for (const { name: tensor, dtype, shape } of entries) {
    // As long as the states are.
    if (isSavable && tensor === 'standing.states' && dtype === 'I32' && shape.length === 2) continue;
    const found = `${dtype} [${shape.join()}]`;
    if (wanted.get(tensor) !== found)
      throw new Error(
        `${name}: ${tensor} is ${found}, wanted ${wanted.get(tensor) ?? 'nothing of that name'}`,
      );
    wanted.delete(tensor);
  }
  for (const [tensor, what] of wanted) throw new Error(`${name}: ${tensor} is missing, wanted ${what}`);
}

function dtypeOf(data: Numbers): Dtype {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'BOOL';
}

function tensorOf(data: Numbers, shape: number[]): tf.Tensor {
  if (data instanceof Float32Array) return tf.tensor(data, shape, 'float32');
  return tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'bool');
}

function numbersOf(tensor: tf.Tensor): Numbers {
  const data = tensor.dataSync();
  if (tensor.dtype === 'float32') return Float32Array.from(data);
  return tensor.dtype === 'int32' ? Int32Array.from(data) : Uint8Array.from(data);
}

function checkFinite(values: Numbers, what: string): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new Error(`${what} has ${bad} in it, wanted finite numbers`);
}

function mapped<Value, Other>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value, name: string) => Other,
): Record<string, Other> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function prefixed<Value>(prefix: string, record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [`${prefix}${name}`, value]));
}
