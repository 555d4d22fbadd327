/** Something that was made of bytes, and how it ends. */
interface Holding<Made> {
  readonly made: Made;
  readonly end: () => void;
}

/** Keeps what was made last. */
export interface Latest<Made> {
  /** What is made of the bytes of this name, which are read unless it was asked for last. */
  by(
    name: string,
    read: () => Promise<Uint8Array>,
    make: (bytes: Uint8Array) => Holding<Made> | Promise<Holding<Made>>,
  ): Promise<Made>;
  /** Ends what it keeps. */
  letGo(): void;
}

/** Keeps nothing at first. */
export function latest<Made>(): Latest<Made> {
  let kept: (Holding<Made> & { readonly name: string }) | undefined;
  const letGo = (): void => {
    kept?.end();
    kept = undefined;
  };
  return {
    letGo,
    by: async (name, read, make) => {
      if (kept?.name === name) return kept.made;
      const fresh = { name, ...(await make(await read())) };
      letGo();
      kept = fresh;
      return fresh.made;
    },
  };
}
