import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { chunkLogProb } from './chunk-log-prob.ts';
import { approxKl, clipFraction, clippedSurrogate, valueLoss } from './ppo.ts';

/** Twenty numbers, more than one WebAssembly register takes at once, with NaN at one place. */
const vector = (at?: number): tf.Tensor1D =>
  tf.tensor1d(Float32Array.from({ length: 20 }, (_, i) => (i === at ? NaN : i / 20)));
const all = ['logProb', 'oldLogProb', 'advantage', 'clip', 'value', 'oldValue', 'returns'] as const;
const batch = (broken?: string, at?: number) =>
  Object.fromEntries(all.map((name) => [name, vector(name === broken ? at : undefined).add(0.1)])) as Record<
    (typeof all)[number],
    tf.Tensor1D
  >;

const functions = {
  clipFraction: [clipFraction, ['logProb', 'oldLogProb', 'clip']],
  clippedSurrogate: [clippedSurrogate, ['logProb', 'oldLogProb', 'advantage']],
  approxKl: [({ logProb, oldLogProb }) => approxKl(logProb, oldLogProb), ['logProb', 'oldLogProb']],
  valueLoss: [valueLoss, ['value', 'returns']],
  'valueLoss, clipped': [(given) => valueLoss(given, { clip: 0.1 }), ['value', 'returns', 'oldValue']],
  chunkLogProb: [({ logProb }) => chunkLogProb(logProb.reshape([1, 10, 2])).sum(), ['logProb']],
} satisfies Record<string, [(given: ReturnType<typeof batch>) => tf.Tensor, (typeof all)[number][]]>;

it.each(Object.entries(functions))('%s is NaN where one number is', (_, [f, names]) => {
  expect(Number.isFinite(f(batch()).dataSync()[0])).toBe(true);
  for (const name of names) for (const at of [0, 7, 19]) expect(f(batch(name, at)).dataSync()[0]).toBeNaN();
});
