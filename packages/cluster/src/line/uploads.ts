import { crc32 } from 'node:zlib';

import type { ResultPart } from './messages.ts';
import { PART } from '../names.ts';

/** The longest result, in bytes. */
const LARGEST = 2 ** 31 - 1;

/** Results that come in parts. */
export interface Uploads {
  /** Takes a part of a result: all of it where this was the last one missing, else whether the part came as it was sent. */
  take(part: ResultPart, body: Uint8Array): Uint8Array | boolean;
  /** Forgets what a worker sent. */
  drop(worker: string): void;
}

interface Upload {
  readonly round: string;
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly missing: Set<number>;
}

/** No results yet. */
export function uploads(): Uploads {
  const open = new Map<string, Upload>();

  function of({ worker, ticket, total }: ResultPart): Upload {
    const known = open.get(worker);
    const { round, index } = ticket;
    if (known?.round === round && known.index === index && known.bytes.length === total) return known;
    const count = Math.max(1, Math.ceil(total / PART));
    const fresh: Upload = {
      round,
      index,
      bytes: new Uint8Array(total),
      missing: new Set(Array.from({ length: count }, (_, part) => part * PART)),
    };
    open.set(worker, fresh);
    return fresh;
  }

  return {
    take: (part, body) => {
      const { worker, total, offset, crc } = part;
      const fits = total <= LARGEST && offset % PART === 0 && body.length === Math.min(PART, total - offset);
      if (!fits || crc32(body) !== crc) return false;
      const upload = of(part);
      upload.bytes.set(body, offset);
      upload.missing.delete(offset);
      if (upload.missing.size > 0) return true;
      open.delete(worker);
      return upload.bytes;
    },
    drop: (worker) => void open.delete(worker),
  };
}
