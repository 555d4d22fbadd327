import '@tensorflow/tfjs-node';
import './matchers.ts';
import './fail-on-console.ts';
import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';

beforeAll(async () => {
  await tf.setBackend('tensorflow');
});
