import type { Digest } from './cluster.ts';

/** Bytes by name. */
export interface KeptBytes {
  /** Lets go of what none of the last tasks named, this one included. */
  begin(names: readonly Digest[]): void;
  /** Bytes that are kept, or as they are `read`. */
  get(name: Digest, read: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** Keeps the bytes that the last so many `tasks` named. */
export function keptBytes(tasks: number): KeptBytes {
  const kept = new Map<Digest, Promise<Uint8Array>>();
  let recent: (readonly Digest[])[] = [];
  return {
    begin: (names) => {
      recent = [...recent, names].slice(-tasks);
      const named = new Set(recent.flat());
      for (const name of kept.keys()) if (!named.has(name)) kept.delete(name);
    },
    get: async (name, read) => {
      const reading = kept.get(name) ?? read();
      kept.set(name, reading);
      try {
        return await reading;
      } catch (error) {
        kept.delete(name);
        throw error;
      }
    },
  };
}
