import { createHash } from 'node:crypto';

import type { Compute } from '@dppo/cluster';

/** The name of the run with the server. */
export const run = 'faults';

/** ms that a task takes besides its bytes: time in which something may happen to it */
const WORK = 150;

/** Bytes that follow from a text, and are not alike. */
export function noise(text: string, length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = createHash('sha256').update(text).digest().readUInt32LE();
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    words[i] = state ^ (state >>> 16);
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** SHA-256 of bytes one after another. */
export function digest(...bytes: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const each of bytes) hash.update(each);
  return hash.digest('hex');
}

/** What a worker computes: bytes that follow from all bytes of the task and of what it shares. */
export const compute: Compute = async ({ data, shared }, get) => {
  const bytes = await get(shared[0]);
  await new Promise((resolve) => setTimeout(resolve, WORK));
  return noise(digest(bytes, data), 700_000);
};
