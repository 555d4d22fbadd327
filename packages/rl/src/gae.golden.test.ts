import { describeGolden } from '@dppo/testing';
import { expect, it } from 'vitest';

import { gae, referenceBootstrap } from './gae.ts';

describeGolden('gae', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with the reference, with its bootstrap: $name', ({ inputs, outputs }) => {
    const { values, next_value: last, reward_scale_const: scale, gamma, gae_lambda: lambda } = inputs;
    const { advantages, returns } = gae(
      {
        rewards: Float64Array.from(inputs.rewards.data, (reward: number) => reward * scale),
        values: Float64Array.from(values.data),
        terminated: Uint8Array.from(inputs.terminated.data),
        count: values.shape[1],
        ...referenceBootstrap(Float64Array.from(values.data), Float64Array.from(last.data)),
      },
      { gamma, lambda },
    );
    expect(advantages).toBeAllclose(outputs.advantages.data, { atol: 1e-6, rtol: 1e-6 });
    expect(returns).toBeAllclose(outputs.returns.data, { atol: 1e-6, rtol: 1e-6 });
  });
});
