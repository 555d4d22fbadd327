import { readGolden } from '@dppo/testing';
import { describe, expect, it } from 'vitest';
import { chunkDataset } from './chunk-dataset.ts';

const golden = readGolden(new URL('../golden/stitched_dataset.json', import.meta.url));

describe('chunkDataset', () => {
  it.each(golden?.cases ?? [])(
    'has the pairs of the reference in its order ($name)',
    ({ inputs, outputs }) => {
      const pairs = chunkDataset(
        {
          states: inputs.states.data,
          actions: inputs.actions.data,
          trajLengths: inputs.traj_lengths.data.subarray(0, inputs.max_n_episodes),
          obsDim: inputs.states.shape[1],
          actionDim: inputs.actions.shape[1],
        },
        { condSteps: inputs.cond_steps, horizonSteps: inputs.horizon_steps },
      );
      expect(pairs.length).toBe(outputs.length);
      const { obs, actions } = pairs.gather(Array.from({ length: pairs.length }, (_, i) => i));
      expect(obs).toEqual(outputs.item_states.data);
      expect(actions).toEqual(outputs.item_actions.data);
    },
  );
});
