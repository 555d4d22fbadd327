import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';

const variable = 'TF_NUM_INTRAOP_THREADS';

/** How many threads TensorFlow divides an operation among: as many as `useThreads` or TF_NUM_INTRAOP_THREADS say, or else as this process may use. */
export function threads(): number {
  const said = Number(process.env[variable]);
  return Number.isInteger(said) && said > 0 ? said : availableParallelism();
}

/**
 * Has TensorFlow divide each operation among `count` threads. Sums are then divided otherwise and rounded otherwise: the same bits need the same number of
 * threads. Must precede the loading of the backend 'tensorflow'; others compute without it.
 *
 * @throws RangeError unless `count` is a whole number of at least 1; Error where TensorFlow was loaded with another number
 */
export function useThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`useThreads: count is ${count}, wanted a whole number of at least 1`);
  if (tf.findBackend('tensorflow') && threads() !== count)
    throw new Error(
      `useThreads: TensorFlow was loaded with ${threads()} threads, wanted ${count} before that`,
    );
  process.env[variable] = String(count);
}
