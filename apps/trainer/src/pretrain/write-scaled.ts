import { type Demonstrations, type Normalization, writeDemonstrations, writeNormalization } from '@dppo/data';
import { scaled } from '@dppo/env';

import { written } from '../runs/written.ts';

/** Writes demonstrations as the reference stores them: first the ranges, then themselves, scaled by these. */
export async function writeScaled(
  demonstrations: Demonstrations,
  normalization: Normalization,
  { ranges, train }: { readonly ranges: string; readonly train: string },
): Promise<void> {
  const { states, actions } = demonstrations;
  const { obsMin, obsMax, actionMin, actionMax } = normalization;
  await written(ranges, writeNormalization(ranges, normalization));
  await written(
    train,
    writeDemonstrations(train, {
      ...demonstrations,
      states: scaled(states, obsMin, obsMax),
      actions: scaled(actions, actionMin, actionMax),
    }),
  );
}
