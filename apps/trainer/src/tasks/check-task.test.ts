import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { checkTask } from './check-task.ts';

it('takes a policy that has the sizes of its environment', async () => {
  await expect(checkTask('a', smallHopper)).resolves.toBeUndefined();
});

it('refuses one whose environment has other sizes, is gone or unknown', async () => {
  await expect(
    checkTask('a', { ...smallHopper, task: { ...smallHopper.task, kind: 'named', name: 'avoid' } }),
  ).rejects.toThrow(
    '--policy a: for observations of 11 and actions of 3 numbers, wanted 4 and 2 as in avoid',
  );
  const acting = { actSteps: 4, maxEpisodeSteps: 20 };
  const gone = { kind: 'module', path: '/gone/env.js', ...acting } as const;
  await expect(checkTask('a', { ...smallHopper, task: gone })).rejects.toThrow(
    '--policy a: its environment is gone, wanted the file /gone/env.js',
  );
  const unknown = { kind: 'named', name: 'kitchen', ...acting } as const;
  await expect(checkTask('a', { ...smallHopper, task: unknown })).rejects.toThrow(
    '--policy a: for the task kitchen, wanted one of hopper, walker2d, halfcheetah, ant, avoid, pusht, lift, can, square',
  );
});
