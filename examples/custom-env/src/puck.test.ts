import { describeEnv } from '@dppo/env/testing';
import { expect, it } from 'vitest';

import { puck } from './puck.ts';

describeEnv('puck', puck);

it('moves by what it is pushed', () => {
  const env = puck();
  const [x, y, vx, vy] = env.reset(1);
  const { obs } = env.step(Float32Array.of(1, -7));
  const velocity = [vx + 0.1 * (1 - 0.1 * vx), vy + 0.1 * (-1 - 0.1 * vy)];
  expect(obs).toBeAllclose([x - 0.1 * velocity[0], y - 0.1 * velocity[1], ...velocity], {
    atol: 1e-6,
    rtol: 0,
  });
});
