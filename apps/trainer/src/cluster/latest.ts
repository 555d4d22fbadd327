import * as tf from '@tensorflow/tfjs';

/** Something that was made of bytes, and the tensors that it holds. */
interface Holding<Made> {
  readonly made: Made;
  readonly held: tf.TensorContainer;
}

/** Keeps what was made last. */
export interface Latest<Made> {
  /** What is made of the bytes of this name, which are read unless it was asked for last. */
  by(
    name: string,
    read: () => Promise<Uint8Array>,
    make: (bytes: Uint8Array) => Holding<Made>,
  ): Promise<Made>;
  /** Disposes of what it holds. */
  letGo(): void;
}

/** Keeps nothing at first. */
export function latest<Made>(): Latest<Made> {
  let kept: (Holding<Made> & { readonly name: string }) | undefined;
  const letGo = (): void => {
    if (kept) tf.dispose(kept.held);
    kept = undefined;
  };
  return {
    letGo,
    by: async (name, read, make) => {
      if (kept?.name === name) return kept.made;
      const fresh = { name, ...make(await read()) };
      letGo();
      kept = fresh;
      return fresh.made;
    },
  };
}
