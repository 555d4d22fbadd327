import { describeGolden, toTensors, type GoldenArray } from '@dppo/testing';
import { expect, it } from 'vitest';

import { adamw } from './adamw.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';

describeGolden('adamw', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with PyTorch step by step: $name', ({ inputs, outputs }) => {
    const [beta1, beta2] = inputs.betas ?? [0.9, 0.999];
    const { weight_decay: weightDecay, eps: epsilon = 1e-8, max_grad_norm: maxNorm } = inputs;
    const optimizer = adamw({ weightDecay, beta1, beta2, epsilon });
    let params = toTensors(inputs.params);
    let state = optimizer.init(params);
    for (const [n, recorded] of outputs.steps.entries()) {
      const reached: [string, GoldenArray | null][] = Object.entries(inputs.grads[n]);
      const raw = toTensors(
        Object.fromEntries(reached.filter((pair): pair is [string, GoldenArray] => !!pair[1])),
      );
      const { gradients, norm } = clipByGlobalNorm(raw, maxNorm ?? Infinity);
      // Recorded only where it is clipped.
      expect(norm).toBeAllclose(recorded.grad_norm_before_clip?.data ?? norm);
      [params, state] = optimizer.update(gradients, state, params, inputs.lr ?? inputs.lr_per_step[n]);
      for (const name of Object.keys(params)) {
        expect(params[name]).toBeAllclose(recorded.params[name].data, { atol: 1e-6 });
        // PyTorch keeps no averages of a parameter that never had a gradient.
        if (!recorded.exp_avg[name]) continue;
        expect(state.expAvg[name]).toBeAllclose(recorded.exp_avg[name].data, { atol: 1e-7 });
        expect(state.expAvgSq[name]).toBeAllclose(recorded.exp_avg_sq[name].data, { atol: 1e-9 });
      }
    }
  });
});
