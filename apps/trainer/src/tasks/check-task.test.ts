import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { checkTask } from './check-task.ts';

it('takes a policy that has the sizes of its environment', async () => {
  await expect(checkTask('a', smallHopper)).resolves.toBeUndefined();
});

it('refuses one whose environment has other sizes, or is gone', async () => {
  await expect(
    checkTask('a', { ...smallHopper, environment: { kind: 'named', name: 'avoid' } }),
  ).rejects.toThrow(
    '--policy a: for observations of 11 and actions of 3 numbers, expected 4 and 2 as in avoid',
  );
  const environment = { kind: 'module' as const, path: '/gone/env.js' };
  await expect(checkTask('a', { ...smallHopper, environment })).rejects.toThrow(
    '--policy a: its environment is gone, expected the file /gone/env.js',
  );
});
