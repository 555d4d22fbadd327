import * as tf from '@tensorflow/tfjs';
import { expect, TestRunner } from 'vitest';

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

  interface TaskMeta {
    /** The largest differences that `toBeAllclose` saw in the test: in absolute value, and in parts of what was allowed. */
    largestError?: { absolute: number; relative: number };
  }
}

function record(absolute: number, relative: number): void {
  const meta = TestRunner.getCurrentTest()?.meta;
  if (!meta) return;
  const { largestError: before = { absolute: 0, relative: 0 } } = meta;
  meta.largestError = {
    absolute: Math.max(before.absolute, absolute),
    relative: Math.max(before.relative, relative),
  };
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
    let [worst, largest, relative] = [0, 0, 0];
    for (let i = 0; i < want.length; i++) {
      const [a, b] = [got[i], want[i]];
      if (Object.is(a, b) || a === b) continue;
      const difference = Math.abs(a - b);
      const error = Number.isNaN(difference) ? Infinity : difference;
      const part = error / (Number.isFinite(b) ? atol + rtol * Math.abs(b) : 0);
      if (part > relative) [worst, relative] = [i, part];
      largest = Math.max(largest, error);
    }
    record(largest, relative);
    return {
      pass: relative <= 1,
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
