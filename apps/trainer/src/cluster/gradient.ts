import { rowsOf, samplesOf } from '@dppo/agent';
import { parseTensors } from '@dppo/checkpoint';
import * as tf from '@tensorflow/tfjs';

import type { Training } from '../algorithms/algorithm-of.ts';
import { formatGradient, parseExperience } from './gradient-bytes.ts';
import { parsePart, type Trained } from './gradient-part.ts';

/** An update that is here, as far as its gradients go. */
export interface UpdateHere {
  /** Computes the gradient of a part, which `formatActorPart` or `formatCriticPart` made bytes of, by weights as bytes. */
  gradient(trained: Trained, weights: Uint8Array, data: Uint8Array): Promise<Uint8Array>;
  /** Lets go of its experience. */
  end(): void;
}

/** Takes the experience of an update, which `formatExperience` made bytes of. */
export async function updateHere({ policy, agent }: Training, bytes: Uint8Array): Promise<UpdateHere> {
  const experience = parseExperience(bytes);
  const rows = rowsOf(experience);
  const most = { rows, samples: rows * samplesOf(policy) };
  const update = await agent.gradients.begin(experience);
  return {
    gradient: async (trained, weights, data) => {
      const parts = parsePart(trained, data, most);
      const { tensors } = parseTensors(weights, `gradient: the weights of the ${trained}`);
      try {
        const { actor, critic } = await update.of({ actor: tensors, critic: tensors }, parts);
        return formatGradient([...actor, ...critic][0]);
      } finally {
        tf.dispose(tensors);
      }
    },
    end: () => update.end(),
  };
}
