import { describeGolden } from '@dppo/testing';
import { expect, it } from 'vitest';

import { recordedRate } from '../test/recorded-rate.ts';

describeGolden('lr_schedule', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with the reference in all its cycles: $name', ({ inputs, outputs }) => {
    const learningRate = recordedRate(inputs, inputs.max_lr);
    const lr: Float64Array = outputs.lr.data;
    expect(lr).toHaveLength(inputs.n_scheduler_steps + 1);
    expect(Array.from(lr, (_, step) => learningRate(step))).toBeAllclose(lr, { atol: 1e-15, rtol: 1e-12 });
  });
});
