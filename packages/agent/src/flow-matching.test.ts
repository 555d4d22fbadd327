import { flowMatchingLoss } from '@dppo/diffusion';
import { flowMlp } from '@dppo/nn';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { betaTime, type DrawTime, flowMatching, logitNormalTime, uniformTime } from './flow-matching.ts';
import { seeded } from './randomness.ts';

const network = flowMlp({ obsDim: 2, actionDim: 1, horizonSteps: 2, timeDim: 4, hidden: [8] });

/** Share of 4000 times that are below ¼, ½ and ¾. */
function sharesBelow(draw: DrawTime): number[] {
  const random = seeded(3);
  const times = Array.from({ length: 4000 }, () => draw(random));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...times)).toBeLessThanOrEqual(1);
  return [0.25, 0.5, 0.75].map((t) => times.filter((time) => time < t).length / times.length);
}

describe('times of flow matching', () => {
  // Of 4000 draws a share is known to 0.008.
  const close = { atol: 0.025, rtol: 0 };

  it('are all as likely where they are uniform', () => {
    expect(sharesBelow(uniformTime)).toBeAllclose([0.25, 0.5, 0.75], close);
  });

  it('are nearer the noise where they are of Beta(1.5, 1)', () => {
    // P(t < x) = P(b > 1 − x / 0.999) = 1 − (1 − x / 0.999)^1.5.
    const wanted = [0.25, 0.5, 0.75].map((x) => 1 - (1 - x / 0.999) ** 1.5);
    expect(sharesBelow(betaTime)).toBeAllclose(wanted, close);
  });

  it('are around the middle where their logit is normal', () => {
    // logit ¼ = −1.0986123, Φ of which is 0.1359758.
    expect(sharesBelow(logitNormalTime)).toBeAllclose([0.1359758, 0.5, 0.8640242], close);
  });
});

it('scores the velocity at the times that are drawn', () => {
  const objective = flowMatching(network, betaTime);
  const [random, same] = [seeded(5), seeded(5)];
  const time = objective.draw(3, random);
  expect(time).toBeAllclose(Array.from({ length: 3 }, () => betaTime(same)));
  const params = network.init(1);
  const obs = { state: tf.ones<tf.Rank.R3>([3, 1, 2]) };
  const [actions, noise] = [1, 2].map((seed) =>
    tf.randomNormal<tf.Rank.R3>([3, 2, 1], 0, 1, 'float32', seed),
  );
  const batch = { actions, noise, time };
  expect(objective.score(params, { obs, ...batch })).toBeAllclose(
    flowMatchingLoss(network.apply(params, obs), batch),
  );
});
