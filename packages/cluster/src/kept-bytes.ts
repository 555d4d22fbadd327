import type { Digest } from './cluster.ts';

/** Bytes by name, the last used of them up to a number of bytes; those that were used last are kept whatever they take. */
export function keptBytes(most: number): {
  /** Bytes by name, or as they are `read`. */
  get(name: Digest, read: () => Promise<Uint8Array>): Promise<Uint8Array>;
} {
  const kept = new Map<Digest, Promise<Uint8Array>>();
  let total = 0;
  return {
    get: async (name, read) => {
      const found = kept.get(name);
      const reading = found ?? read();
      kept.delete(name);
      kept.set(name, reading);
      if (found) return found;
      try {
        const bytes = await reading;
        total += bytes.length;
        for (const [old, gone] of kept) {
          if (total <= most || old === name) break;
          kept.delete(old);
          total -= (await gone).length;
        }
        return bytes;
      } catch (error) {
        kept.delete(name);
        throw error;
      }
    },
  };
}
