import { seeded } from '@dppo/agent';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { formatExperience, formatGradient, parseExperience, parseGradient } from './gradient-bytes.ts';
import { formatActorPart, formatCriticPart, parsePart } from './gradient-part.ts';

const numbers = (...data: number[]) => ({ shape: [], data: Float32Array.from(data) });

it('gives gradients and scalars back to the last bit, what is no number too', () => {
  const gradient = {
    gradients: { w: { shape: [1, 2], data: Float32Array.of(0.1, -3e-39) } },
    scalars: { loss: NaN, valueLoss: 1 / 3 },
  };
  const parameters = { w: tf.zeros([1, 2]), without: tf.scalar(0) };
  const bytes = formatGradient(gradient);
  expect(parseGradient('critic', bytes, parameters, 'part 1')).toEqual(gradient);
  expect(() => parseGradient('critic', bytes, { w: tf.zeros([2, 1]) }, 'part 1')).toThrow(
    'part 1: w is F32 [1,2], wanted F32 [2,1]',
  );
  expect(() => parseGradient('critic', bytes, {}, 'part 1')).toThrow(
    'part 1: w is F32 [1,2], wanted nothing of that name',
  );
  expect(() => parseGradient('actor', bytes, parameters, 'part 1')).toThrow('policyLoss');
});

it('gives an experience back as it was', () => {
  const experience = {
    'obs.state': { shape: [1, 2], data: Float32Array.of(1, 2, 3, 4) },
    states: { shape: [2, 1, 1], data: Float32Array.of(1, 2, 3, 4) },
    logProb: { shape: [1], data: Float32Array.of(-1, -2) },
    step: { shape: [], data: Int32Array.of(0, 1) },
    value: numbers(1, 2),
    return: numbers(3, 4),
  };
  expect(parseExperience(formatExperience(experience))).toEqual(experience);
  const { value: _, ...without } = experience;
  expect(() => parseExperience(formatExperience({ ...without, value: numbers(1) }))).toThrow('value 1');
});

it('gives parts back as they were, with the same randomness, and refuses samples that there are not', () => {
  const random = seeded(3, 'learn', 1, 2);
  const samples = Int32Array.of(3, 0);
  const part = { samples, advantages: Float32Array.of(1, -1), clips: Float32Array.of(0.1, 0.2) };
  const bytes = formatActorPart({ ...part, from: 4, whole: 9, iteration: 1, random });
  const { actor, critic } = parsePart('actor', bytes, { samples: 4, rows: 2 });
  expect(critic).toEqual([]);
  expect(actor).toMatchObject([{ ...part, from: 4, whole: 9, iteration: 1 }]);
  expect(actor[0].random.at(4).normal(3)).toEqual(random.at(4).normal(3));
  expect(() => parsePart('actor', bytes, { samples: 3, rows: 2 })).toThrow(
    'samples has 3 in it, wanted 0 … 2',
  );
  const ofCritic = { rows: Int32Array.of(1, 0), counts: Float32Array.of(2, 1), whole: 9 };
  const found = parsePart('critic', formatCriticPart(ofCritic), { samples: 4, rows: 2 });
  expect(found).toEqual({ actor: [], critic: [ofCritic] });
  expect(() => parsePart('critic', bytes, { samples: 4, rows: 2 })).toThrow('rows is missing');
});
