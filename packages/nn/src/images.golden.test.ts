import { describeGolden } from '@dppo/testing';
import { it } from 'vitest';

for (const file of ['vit', 'random_shifts_aug']) {
  describeGolden(file, undefined, ({ cases }) => {
    it.for(cases)('$name', (_, { skip }) => skip('there are no networks of images here'));
  });
}
