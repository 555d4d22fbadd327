import { describeGolden, toTensor } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { timeEmbedding } from './time-embedding.ts';

describeGolden('time_embedding', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with PyTorch: $name', ({ inputs: { dim, t }, outputs }) => {
    const times = toTensor<tf.Tensor1D>(t);
    expect(timeEmbedding(times, dim)).toBeAllclose(outputs.emb.data, { atol: 1e-5 });
    const rows = Array.from(times.dataSync(), (time) => timeEmbedding(time, dim));
    expect(tf.concat(rows)).toBeAllclose(outputs.emb.data, { atol: 1e-5 });
  });
});
