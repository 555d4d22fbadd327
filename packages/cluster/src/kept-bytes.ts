import type { Digest } from './cluster.ts';

/** Bytes by name. */
export interface KeptBytes {
  /** Begins a task, and lets go of what none of the last tasks named, this one included. */
  begin(names: readonly Digest[]): void;
  /** Ends the task that was begun. */
  end(): void;
  /** Bytes that are kept, or as they are `read`. */
  get(name: Digest, read: () => Promise<Uint8Array>): Promise<Uint8Array>;
  /** Lets go of bytes by their names; what the task needs that is computed now, when it ends. */
  forget(names: readonly Digest[]): void;
}

/** Keeps the bytes that the last so many `tasks` named. */
export function keptBytes(tasks: number): KeptBytes {
  const kept = new Map<Digest, Promise<Uint8Array>>();
  let current: readonly Digest[] = [];
  let recent: (readonly Digest[])[] = [];

  function letGo(): void {
    const named = new Set([...current, ...recent.flat()]);
    for (const name of kept.keys()) if (!named.has(name)) kept.delete(name);
  }

  return {
    begin: (names) => {
      current = names;
      recent = [...recent, names].slice(-tasks);
      letGo();
    },
    end: () => {
      current = [];
      letGo();
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
    forget: (names) => {
      recent = recent.map((each) => each.filter((name) => !names.includes(name)));
      letGo();
    },
  };
}
