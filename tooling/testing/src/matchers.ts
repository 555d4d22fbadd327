import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

interface Tolerance {
  readonly atol?: number;
  readonly rtol?: number;
}

interface TensorMatchers {
  /** Every element within atol + rtol·|expected|; equal non-finite values agree, NaN agrees with NaN only. */
  toBeAllclose(expected: tf.Tensor | ArrayLike<number>, tolerance?: Tolerance): void;
  /** The function leaves no tensor behind but the ones that it returns. */
  toKeepOnlyItsResult(): void;
}

declare module 'vitest' {
  // oxlint-disable-next-line no-empty-object-type
  interface Matchers extends TensorMatchers {}
}

function values(of: tf.Tensor | ArrayLike<number>): ArrayLike<number> {
  return of instanceof tf.Tensor ? of.dataSync() : of;
}

expect.extend({
  toBeAllclose(
    received: tf.Tensor | ArrayLike<number>,
    expected: tf.Tensor | ArrayLike<number>,
    tolerance: Tolerance = {},
  ) {
    const { atol = 1e-6, rtol = 1e-5 } = tolerance;
    const [got, want] = [values(received), values(expected)];
    if (got.length !== want.length) {
      return { pass: false, message: () => `expected ${want.length} values, got ${got.length}` };
    }
    let worst = -1;
    let excess = 0;
    for (let i = 0; i < want.length; i++) {
      const [a, b] = [got[i], want[i]];
      if (Object.is(a, b) || a === b) continue;
      const over = Math.abs(a - b) - (atol + rtol * Math.abs(b));
      if (!(over <= excess)) [worst, excess] = [i, over];
    }
    return {
      pass: worst < 0,
      message: () =>
        `element ${worst} is ${got[worst]}, expected ${want[worst]} within atol ${atol}, rtol ${rtol}`,
    };
  },
  toKeepOnlyItsResult(received: () => tf.TensorContainer) {
    const before = tf.memory().numTensors;
    const result = received();
    tf.dispose(result);
    const left = tf.memory().numTensors - before;
    return {
      pass: left === 0,
      message: () =>
        left > 0
          ? `${left} tensors were left behind`
          : `${-left} borrowed tensors were returned or disposed of`,
    };
  },
});
