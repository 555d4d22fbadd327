import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

import { lineCutter, type MetricsRow } from './metrics-lines.ts';

/** What hears of a file of metrics. */
export interface RowsHeard {
  /** The file is read from its beginning: for the first time, or since it was replaced or cut. */
  readonly begin: () => void;
  readonly row: (row: MetricsRow) => void;
}

/**
 * Reads a file of metrics as it grows: each call of the function returned, what was added since the one before; what is no row is left
 * out. Never more than a piece of the file and one line are in memory.
 */
export function followRows(file: string, { begin, row: hear }: RowsHeard): () => void {
  const piece = Buffer.alloc(2 ** 16);
  let [known, offset, cut] = ['', 0, lineCutter()];
  return () => {
    if (!existsSync(file)) return;
    const opened = openSync(file, 'r');
    try {
      const { ino, birthtimeMs, size } = fstatSync(opened);
      const identity = `${ino} ${birthtimeMs}`;
      if (identity !== known || size < offset) {
        begin();
        [known, offset, cut] = [identity, 0, lineCutter()];
      }
      for (;;) {
        const count = readSync(opened, piece, 0, piece.length, offset);
        if (count === 0) return;
        offset += count;
        for (const { row } of cut(piece.subarray(0, count))) if (row) hear(row);
      }
    } finally {
      closeSync(opened);
    }
  };
}
