import { closeSync, existsSync, openSync, readSync } from 'node:fs';

import { aboutFile } from '@dppo/files';

/** Numbers by name, as they stand in a file of metrics. */
export type MetricsRow = Readonly<Record<string, unknown>>;

/** A line of a file of metrics. */
export interface Line {
  /** from 1 */
  readonly number: number;
  /** its beginning, where it is longer than a row can be */
  readonly text: string;
  /** in bytes */
  readonly length: number;
  readonly row: MetricsRow | undefined;
}

/** Bytes of a line that are read, some ten thousand metrics. */
const most = 2 ** 20;

/**
 * The lines of a file, one after another, so that its length is no matter; what follows the last line break is none: nothing, or a row
 * that a kill cut short.
 *
 * @throws Error naming the file where it cannot be read
 */
export function* linesOf(file: string): Generator<Line> {
  if (!existsSync(file)) return;
  const cut = lineCutter();
  for (const chunk of chunksOf(file)) yield* cut(chunk);
}

/** Cuts the pieces of a file, one after another, into lines; what follows the last line break waits for the next piece. */
export function lineCutter(): (chunk: Buffer<ArrayBuffer>) => Generator<Line> {
  let [number, begun, length] = [1, Buffer.alloc(0), 0];
  return function* cut(chunk) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      const text = joined(begun, chunk.subarray(from, end)).toString('utf8');
      length += end - from;
      yield { number, text, length, row: length > most ? undefined : rowIn(text) };
      [number, begun, length, from] = [number + 1, Buffer.alloc(0), 0, end + 1];
    }
    begun = joined(begun, chunk.subarray(from));
    length += chunk.length - from;
  };
}

function joined(begun: Buffer<ArrayBuffer>, more: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  return Buffer.concat([begun, more.subarray(0, most - begun.length)]);
}

function* chunksOf(file: string): Generator<Buffer<ArrayBuffer>> {
  let opened: number | undefined;
  try {
    opened = openSync(file, 'r');
    const chunk = Buffer.alloc(2 ** 18);
    for (;;) {
      const length = readSync(opened, chunk);
      if (length === 0) return;
      yield chunk.subarray(0, length);
    }
  } catch (error) {
    throw aboutFile(file, error);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/** What is no number is left out, as nothing here asks for it. */
function rowIn(text: string): MetricsRow | undefined {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(row)) return undefined;
  if (Object.values(row).every((value) => typeof value === 'number')) return row;
  return Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value === 'number'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
