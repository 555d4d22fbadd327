import type { Demonstrations } from '@dppo/data';

/** Two episodes of three steps and one, the first ended; the second number never changes. */
export const twoEpisodes: Demonstrations = {
  obsDim: 2,
  actionDim: 1,
  states: Float32Array.of(0, 5, 1, 5, 2, 5, 4, 5),
  actions: Float32Array.of(-1, 1, 1, 0),
  rewards: Float32Array.of(1, 2, 3, 4),
  terminals: Uint8Array.of(0, 0, 1, 0),
  trajLengths: Int32Array.of(3, 1),
};
