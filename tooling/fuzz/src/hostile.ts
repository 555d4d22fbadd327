import type { Reader } from './readers.ts';

/** A file that names more than it has, for a reader, and what is to be said of it. */
export interface Hostile {
  readonly title: string;
  readonly reader: Reader;
  readonly bytes: () => Uint8Array;
  readonly says: string;
}
