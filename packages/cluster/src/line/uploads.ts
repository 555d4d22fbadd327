import { crc32 } from 'node:zlib';

import { PART } from '../names.ts';
import type { Part, ResultPart } from './messages.ts';

/** The longest result, in bytes. */
const LARGEST = 2 ** 31 - 1;

/** Results that come in parts, and those in pieces. */
export interface Uploads {
  /** Begins a part of a result: the next pieces of its worker are of this part. */
  begin(part: Part): void;
  /** Takes the next piece of the part that a worker began; what is more than the part is dropped. */
  add(worker: string, piece: Uint8Array): void;
  /** Takes a part whose pieces have come: all of the result where this was the last part missing, else whether it came as it was sent. */
  take(part: ResultPart): Uint8Array | boolean;
  /** Forgets what a worker sent. */
  drop(worker: string): void;
}

interface Upload {
  readonly round: string;
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Offsets of parts that have not come, or come anew; nothing is written to any other. */
  readonly missing: Set<number>;
  /** Where the next piece goes, and where its part ends. */
  next: number;
  end: number;
}

/** No results yet. */
export function uploads(): Uploads {
  const open = new Map<string, Upload>();

  function known({ worker, ticket, total }: Part): Upload | undefined {
    const upload = open.get(worker);
    const isSame = upload?.round === ticket.round && upload.index === ticket.index;
    return isSame && upload.bytes.length === total ? upload : undefined;
  }

  function fresh({ worker, ticket, total }: Part): Upload {
    const missing = new Set<number>();
    for (let offset = 0; offset === 0 || offset < total; offset += PART) missing.add(offset);
    const upload = { ...ticket, bytes: new Uint8Array(total), missing, next: 0, end: 0 };
    open.set(worker, upload);
    return upload;
  }

  return {
    begin: (part) => {
      const { total, offset } = part;
      if (total > LARGEST || offset % PART !== 0 || offset > total) return;
      const upload = known(part) ?? fresh(part);
      upload.missing.add(offset);
      upload.next = offset;
      upload.end = Math.min(offset + PART, total);
    },
    add: (worker, piece) => {
      const upload = open.get(worker);
      if (!upload || upload.next + piece.length > upload.end) return;
      upload.bytes.set(piece, upload.next);
      upload.next += piece.length;
    },
    take: (part) => {
      const upload = known(part);
      const { offset, crc } = part;
      if (!upload || crc32(upload.bytes.subarray(offset, offset + PART)) !== crc) return false;
      upload.missing.delete(offset);
      if (upload.missing.size > 0) return true;
      open.delete(part.worker);
      return upload.bytes;
    },
    drop: (worker) => void open.delete(worker),
  };
}
