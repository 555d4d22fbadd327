import { expect, it } from 'vitest';

import { finetuneOptions } from './finetune-options.ts';
import { wayOn } from './way-on.ts';

const rates = '--actor-lr 0.00001 --actor-min-lr 0.00001 --critic-lr 0.0001 --critic-min-lr 0.0001';

it.each([
  ['of no η where none is learned', {}, rates],
  [
    'of η with its floor',
    { ddimSteps: 5, learnEta: 'state', etaLr: 1e-4, etaMinLr: 1e-4 },
    `${rates} --eta-lr 0.00001 --eta-min-lr 0.00001`,
  ],
  [
    'of η as it is given, not its floor where that is lower',
    { ddimSteps: 5, learnEta: 'state', etaLr: 0.02, etaMinLr: 0.001 },
    `${rates} --eta-lr 0.002`,
  ],
])('goes on at a tenth of the rates, %s', (_, given, expected) => {
  const command = wayOn({ dir: 'gone' }, 1, finetuneOptions.parse(given));
  expect(command.slice(command.indexOf('--actor-lr'))).toBe(expected);
});
