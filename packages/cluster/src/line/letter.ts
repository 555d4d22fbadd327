import type { Digest, Task } from '../cluster.ts';
import { digestOf } from '../digest-of.ts';
import { PART } from '../names.ts';
import type { SentTask, Sized } from './messages.ts';

/** What a task is sent as. */
export interface Letter {
  readonly task: SentTask;
  readonly body: Uint8Array;
}

/** A task as it is sent; long data goes the way of shared bytes. */
export function letterOf({ kind, shared, data }: Task, kept: ReadonlyMap<Digest, Uint8Array>): Letter {
  const isLong = data.length > PART;
  const sized = (name: Digest): Sized => {
    const bytes = kept.get(name);
    if (!bytes)
      throw new RangeError(`${kind}: shared bytes ${name}, expected what share took and nobody forgot`);
    return { name, bytes: bytes.length };
  };
  return {
    task: {
      kind,
      shared: shared.map(sized),
      data: isLong ? { name: digestOf(data), bytes: data.length } : null,
    },
    body: isLong ? new Uint8Array() : data,
  };
}
