import { describeGolden } from '@dppo/testing';
import { expect, it } from 'vitest';

import { chunkDataset } from './chunk-dataset.ts';

describeGolden('stitched_dataset', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('has the pairs of the reference in its order: $name', ({ inputs, outputs }) => {
    const { states, actions, cond_steps: condSteps, horizon_steps: horizonSteps } = inputs;
    const trajLengths = inputs.traj_lengths.data.subarray(0, inputs.max_n_episodes);
    const shared = { actions: actions.data, actionDim: actions.shape[1], trajLengths };
    const pairs = chunkDataset(
      { ...shared, states: states.data, obsDim: states.shape[1] },
      { condSteps, horizonSteps },
    );
    expect(pairs.length).toBe(outputs.length);
    const all = Array.from({ length: pairs.length }, (_, i) => i);
    const { 'obs.state': obs, actions: chunks } = pairs.gather(all);
    expect(obs.data).toEqual(outputs.item_states.data);
    expect(chunks.data).toEqual(outputs.item_actions.data);

    // Where the states are the numbers of their rows, a history as long as any shows where it starts and ends.
    const [rows] = states.shape;
    const numbered = { ...shared, states: Float32Array.from({ length: rows }, (_, row) => row), obsDim: 1 };
    const table = chunkDataset(numbered, { condSteps: rows, horizonSteps }).gather(all);
    const histories = table['obs.state'].data;
    const indices = all.flatMap((i) => {
      const [oldest, newest] = [histories[i * rows], histories[(i + 1) * rows - 1]];
      return [newest, newest - oldest];
    });
    expect(Int32Array.from(indices)).toEqual(outputs.indices.data);
  });
});
