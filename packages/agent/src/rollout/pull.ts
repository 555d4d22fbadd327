import type { Target } from '@dppo/diffusion';
import { type Bounds, scaled } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

import type { Policy } from '../policies/policy.ts';

/** What the next chunk should agree with: the actions that are under way. */
export interface Pull {
  /** Actions [Ta · Da] in the robot's units, the first of them for the latest observation; finite also where their weight is 0. */
  readonly actions: ArrayLike<number>;
  /** How much each of them counts, 0 … 1 [Ta]. */
  readonly weights: ArrayLike<number>;
  /** β of `pseudoinverseGuide`. */
  readonly maxWeight: number;
}

type Sizes = Pick<Policy, 'horizonSteps' | 'actionDim' | 'firstAction'>;

/** Throws unless the policy can be pulled, and towards these actions. */
export function checkPull(
  { guided, horizonSteps, actionDim, firstAction = 0 }: Sizes & Pick<Policy, 'guided'>,
  { actions, weights }: Pull,
): void {
  const ahead = horizonSteps - firstAction;
  if (!guided) throw new RangeError('act: the policy has no steps to be pulled in, wanted one that denoises');
  const lengths = [
    ['actions', actions, ahead * actionDim],
    ['weights', weights, ahead],
  ] as const;
  for (const [name, values, length] of lengths) {
    if (values.length !== length || !Array.from(values).every(Number.isFinite)) {
      throw new RangeError(
        `act: ${name} of the pull are [${Array.from(values).join(', ')}], wanted ${length} finite numbers`,
      );
    }
  }
}

/** The target of one row, in the units that the policy was trained in, nothing for what is past; its tensors are the caller's. */
export function targetOf(
  { actions, weights, maxWeight }: Pull,
  { horizonSteps, actionDim, firstAction = 0 }: Sizes,
  bounds: Bounds | undefined,
): Target {
  const own = Float32Array.from(actions);
  const chunk = bounds ? scaled(own, bounds.actionMin, bounds.actionMax) : own;
  const whole = (values: ArrayLike<number>, size: number): tf.Tensor3D => {
    const padded = new Float32Array(horizonSteps * size);
    padded.set(values, firstAction * size);
    return tf.tensor3d(padded, [1, horizonSteps, size]);
  };
  return {
    chunk: whole(chunk, actionDim),
    weights: whole(weights, 1),
    maxWeight,
  };
}
