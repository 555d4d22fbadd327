import './matchers.ts';
import './fail-on-console.ts';
import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';

beforeAll(async () => {
  tf.env().set('IS_TEST', true); // or tfjs prints an advertisement for its node backend
  await tf.setBackend('cpu');
});
