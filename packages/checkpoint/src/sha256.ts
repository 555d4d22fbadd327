import type crypto from 'node:crypto';

import { sha256 as portable } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The SHA-256 of parts, one after another, in hexadecimal: Node.js's own, ten times as fast, or one that runs everywhere. */
export function sha256(
  parts: readonly Uint8Array[],
  native: Pick<typeof crypto, 'createHash'> | null = globalThis.process?.getBuiltinModule?.('node:crypto') ??
    null,
): string {
  const hash = native?.createHash('sha256') ?? portable.create();
  for (const part of parts) hash.update(part);
  const digest = hash.digest();
  return bytesToHex(new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength));
}
