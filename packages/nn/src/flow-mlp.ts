import { type DenoiserMlpOptions, timedMlp, type TimedMlp } from './denoiser-mlp.ts';

/**
 * The velocity v(x, t, obs) of a flow as a multilayer perceptron: {@link denoiserMlp} under another name, with the same parameters, told a
 * time in [0, 1], and with what it makes of time and observation for `noiseMlp` to see.
 *
 * @throws RangeError where the options, the parameters or the shape of obs, x or time do not fit.
 * @see model/flow/mlp_flow.py:42-137 of ReinFlow, FlowMLP; same parameter names
 */
export function flowMlp(options: DenoiserMlpOptions): TimedMlp {
  return timedMlp('flowMlp', options);
}
