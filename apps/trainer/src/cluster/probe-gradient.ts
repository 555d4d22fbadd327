import { type Acted, type Numbers, rowsOf, samplesOf, seeded, type Table } from '@dppo/agent';
import * as tf from '@tensorflow/tfjs';

import type { Training } from '../algorithms/algorithm-of.ts';
import type { FinetuneOptions } from '../finetune/finetune-options.ts';

/** The gradients of one micro-batch of a run, of random samples of what a new policy did. */
export async function probeGradient(
  { policy, agent }: Training,
  { actor, obs, acted }: { readonly actor: tf.NamedTensorMap; readonly obs: Table; readonly acted: Acted },
  { microBatchSize, batchSize }: FinetuneOptions,
): Promise<Numbers[]> {
  const rows = rowsOf(acted);
  const [count, samples] = [Math.min(microBatchSize, batchSize), rows * samplesOf(policy)];
  const random = seeded(0, 'probe', 'gradient');
  const value = { shape: [], data: random.normal(rows) };
  const { states, logProb, step } = acted;
  const experience = { ...obs, states, logProb, ...(step && { step }), value, return: value };
  const update = await agent.gradients.begin(experience);
  const critic = agent.critic.init(0);
  try {
    const part = {
      samples: Int32Array.from({ length: count }, (_, i) => i % samples),
      advantages: random.normal(count),
      clips: new Float32Array(count).fill(0.1),
    };
    const all = {
      rows: Int32Array.from({ length: rows }, (_, row) => row),
      counts: new Float32Array(rows).fill(1),
    };
    const of = await update.of(
      { actor, critic },
      {
        actor: [{ ...part, from: 0, whole: count, iteration: 0, random }],
        critic: [{ ...all, whole: rows }],
      },
    );
    return [...of.actor, ...of.critic].flatMap(({ gradients }) =>
      Object.values(gradients).map(({ data }) => data),
    );
  } finally {
    update.end();
    tf.dispose(critic);
  }
}
