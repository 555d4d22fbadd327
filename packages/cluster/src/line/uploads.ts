import { crc32 } from 'node:zlib';

import type { Piece, ResultPart } from './messages.ts';
import { PART } from '../names.ts';

/** The longest result, in bytes. */
const LARGEST = 2 ** 31 - 1;

/** Results that come in parts, and those in pieces. */
export interface Uploads {
  /** Takes a piece of a result. */
  add(piece: Piece, body: Uint8Array): void;
  /** Takes a part of a result whose pieces are there: all of it where this was the last one missing, else whether the part came as it was sent. */
  take(part: ResultPart): Uint8Array | boolean;
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

  function of({ worker, ticket, total }: Piece): Upload {
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
    add: (piece, body) => {
      const { total, offset } = piece;
      if (total <= LARGEST && offset + body.length <= total) of(piece).bytes.set(body, offset);
    },
    take: (part) => {
      const { worker, total, offset, crc } = part;
      if (total > LARGEST || offset % PART !== 0 || offset > total) return false;
      const upload = of(part);
      if (crc32(upload.bytes.subarray(offset, offset + PART)) !== crc) return false;
      upload.missing.delete(offset);
      if (upload.missing.size > 0) return true;
      open.delete(worker);
      return upload.bytes;
    },
    drop: (worker) => void open.delete(worker),
  };
}
