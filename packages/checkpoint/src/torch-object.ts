import type { Others, Pickled } from '@dppo/files';

import type { TorchStorage, TorchTensor } from './torch-tensor.ts';

/** An object of a class of Python, kept as what a file says of it; nothing of it was run. */
export interface TorchObject {
  /** The full name of the class or function that would have made it, such as `omegaconf.nodes.AnyNode`. */
  readonly made: string;
  /** What that would have been called with. */
  readonly args: readonly unknown[];
  /** What it was given after that: its attributes, as a map. */
  readonly parts: readonly unknown[];
}

/** What may stand in a pickle of PyTorch beside plain values. */
export type Held = TorchStorage | TorchTensor | OpenObject;

/** A TorchObject while its pickle is read. */
interface OpenObject {
  readonly made: string;
  readonly args: readonly Pickled<Held>[];
  readonly parts: Pickled<Held>[];
}

/** Keeps objects as what is said of them. */
export const asSaid: Others<Held> = {
  made: (made, args) => ({ made, args, parts: [] }),
  give: (object, part) => {
    if (!('made' in object)) throw new Error('a state or items for a tensor');
    object.parts.push(part);
  },
};

/** Whether a `value` of a file is an object of which nothing is known but what the file says. */
export function isTorchObject(value: unknown): value is TorchObject {
  return typeof value === 'object' && value !== null && 'made' in value && 'parts' in value;
}
