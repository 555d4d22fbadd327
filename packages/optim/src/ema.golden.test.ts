import { describeGolden, toTensor } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { ema } from './ema.ts';

describeGolden('ema', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with PyTorch: $name', ({ inputs, outputs }) => {
    let average: tf.NamedTensorMap = { w: toTensor(inputs.average) };
    const after = toTensor(outputs.average_after).unstack();
    for (const [row, current] of toTensor(inputs.current).unstack().entries()) {
      average = ema(average, { w: current }, inputs.decay);
      expect(average.w).toBeAllclose(after[row]);
    }
  });
});
