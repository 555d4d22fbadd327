import * as tf from '@tensorflow/tfjs';

import { checkTimes, type DdimSampler } from './ddim-chain.ts';
import {
  checkDdim,
  ddimCoefficients,
  ddimMoments,
  raise,
  type DdimTransitionOptions,
} from './ddim-transition.ts';
import { gaussianLogProb } from './log-prob.ts';
import { checkTransitions, type Transitions } from './step-log-probs.ts';
import type { Denoise } from './transition.ts';

/**
 * The log-density of each element of each row's transition under DDIM with a learned η, in nats: [B, Ta, Da].
 *
 * ln p(next[b] | previous[b]) at `times[index[b]]` and η[b]; the gradient reaches η and the network's parameters.
 *
 * @throws RangeError where shapes disagree, an index in a host array is not that of a time, or minStd or a clip is out of range.
 * @see model/diffusion/diffusion_vpg.py:397-461 of the reference
 */
export function ddimStepLogProbs(
  denoise: Denoise,
  transitions: Transitions,
  { times, eta }: DdimSampler,
  options: DdimTransitionOptions = {},
): tf.Tensor3D {
  const { previous, next, index } = transitions;
  checkTimes('ddimStepLogProbs', times);
  checkTransitions('ddimStepLogProbs', transitions, times.length);
  checkDdim('ddimStepLogProbs', eta, previous.shape, options);
  return tf.tidy(() => {
    const indices = index instanceof Int32Array ? tf.tensor1d(index, 'int32') : index;
    const table = times.map((time) => {
      const { signal, spread, nextSignal, nextVariance, fullStd } = ddimCoefficients(time);
      return [signal, spread, nextSignal, nextVariance, fullStd];
    });
    const ofRows = tf.tensor2d(table).gather<tf.Tensor2D>(indices);
    const [signal, spread, nextSignal, nextVariance, fullStd] = ofRows
      .reshape<tf.Tensor4D>([previous.shape[0], 1, 1, 5])
      .unstack(-1);
    const visited = tf.tensor1d(
      times.map(({ time }) => time),
      'int32',
    );
    const { mean, std } = ddimMoments(
      { signal, spread, nextSignal, nextVariance, fullStd },
      denoise(previous, visited.gather(indices)),
      previous,
      eta,
      options,
    );
    return gaussianLogProb({ mean, std: raise(std, options.minStd ?? 0) }, next);
  });
}
