import { avoid } from '@dppo/avoid';
import type { Drawable, Env } from '@dppo/env';
import { halfCheetah, hopper, walker2d } from '@dppo/mujoco';

import type { EnvironmentName } from './environment-names.ts';

type Scene = Env & Drawable;

/** The environments as they are before a policy's wrappers. */
export const environments: Readonly<Record<EnvironmentName, () => Scene | Promise<Scene>>> = {
  hopper: () => hopper({ version: 'v2' }),
  walker2d: () => walker2d({ version: 'v2' }),
  halfcheetah: () => halfCheetah(),
  avoid: () => avoid({ mode: 5 }),
};
