import { readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { filmThread } from './film-thread.ts';
import { sent } from './sent-policy.ts';

it('films a policy while this thread computes, and the next one in the same', async () => {
  const { policy: file } = await untrainedPolicy(smallHopper);
  const policy = await readPolicy(file);
  const film = filmThread();
  const asked = sent(policy, 3);
  tf.dispose([policy.params, { ...policy.frozen }]);
  const first = await film(asked);
  expect(first?.about).toMatch(/^hopper, latest policy, without exploration: median of 9 episodes/);
  expect(Buffer.from(first?.gif ?? []).toString('latin1', 0, 3)).toBe('GIF');
  expect(await film(asked)).toEqual(first);
  await expect(film({ ...asked, params: {} })).rejects.toThrow('no parameter');
});
