import { describeGolden, type Golden, reinflow } from '@dppo/testing';
import { it } from 'vitest';

const without = ({ cases }: Golden): void => {
  it.for(cases)('$name', (_, { skip }) => skip('there are no networks of images here'));
};

for (const file of ['vit', 'random_shifts_aug']) describeGolden(file, undefined, without);
describeGolden('vision_flow', undefined, without, reinflow);
