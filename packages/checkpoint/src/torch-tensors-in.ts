import type { Pickled } from '@dppo/files';

import type { Held } from './torch-object.ts';
import { bytesIn, type TorchTensor } from './torch-tensor.ts';

type Value = Pickled<Held>;

/** Tensors may share the numbers of a file, as a layer used twice does; so many times what it has in all. */
const mostShared = 8;

/** Values that are walked through, and characters in the names that lead to them. */
const [mostValues, mostCharacters] = [100_000, 2 ** 24];

/** Without recursion and with an end: lists may hold themselves, or one another many times over. */
export function tensorsIn(root: Value): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  const waiting: (readonly [name: string, value: Value])[] = [['', root]];
  let [values, characters] = [1, 0];
  while (waiting.length > 0) {
    const [name, value] = waiting.pop() ?? ['', null];
    if (isTensor(value)) {
      if (tensors.has(name)) throw new Error(`two tensors are called ${JSON.stringify(name)}`);
      tensors.set(name, value);
    }
    const prefix = name === '' ? '' : `${name}.`;
    values += membersIn(value);
    if (values > mostValues) throw new Error(`holds more than ${mostValues} values`);
    for (const [key, member] of membersOf(value).toReversed()) {
      characters += prefix.length + key.length;
      if (characters > mostCharacters)
        throw new Error(`holds values of names longer than ${mostCharacters} characters in all`);
      waiting.push([`${prefix}${key}`, member]);
    }
  }
  return tensors;
}

/** @throws Error where the tensors together are many times as large as what the archive has */
export function checkShared(
  tensors: ReadonlyMap<string, TorchTensor>,
  files: ReadonlyMap<string, Uint8Array>,
): void {
  const held = sum(Array.from(files, ([name, { length }]) => (name.endsWith('.pkl') ? 0 : length)));
  const named = sum(Array.from(tensors.values(), bytesIn));
  if (named > mostShared * held)
    throw new Error(`names tensors of ${named} bytes in all, but holds only ${held}`);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a + b, 0);
}

function membersIn(value: Value): number {
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

function membersOf(value: Value): (readonly [key: string, value: Value])[] {
  if (Array.isArray(value)) return value.map((member: Value, i) => [String(i), member]);
  if (!(value instanceof Map)) return [];
  return [...value].map(([key, member]: [Value, Value]) => {
    if (typeof key !== 'string' && typeof key !== 'number') throw new Error('a dict whose keys are no text');
    return [String(key), member];
  });
}

export function isTensor(value: Value): value is TorchTensor {
  return typeof value === 'object' && value !== null && 'values' in value && 'shape' in value;
}
