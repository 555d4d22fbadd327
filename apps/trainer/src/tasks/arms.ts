import { clipAction } from '@dppo/env';
import type { Robosuite, RobosuiteOptions } from '@dppo/robosuite';

import type { Task } from './task.ts';

/** The least and the most of consecutive numbers. */
export type Range = readonly [low: readonly number[], high: readonly number[]];

/** Of a quaternion. */
export const unit: Range = [Array<number>(4).fill(-1), Array<number>(4).fill(1)];
const fingers: Range = [
  [0, -0.04],
  [0.04, 0],
];

/**
 * A task of arms: of each the position of the grip site within its range of `hands`, its quaternion, two fingers; then the `objects`.
 * Actions are clipped as the original clips them.
 */
export function arms({
  make,
  hands,
  objects,
}: {
  readonly make: (options: RobosuiteOptions) => Promise<Robosuite>;
  readonly hands: readonly Range[];
  readonly objects: readonly Range[];
}): Task {
  const observed = [...hands.flatMap((hand) => [hand, unit, fingers]), ...objects];
  const obsMin = observed.flatMap(([low]) => low);
  const obsMax = observed.flatMap(([, high]) => high);
  const actionMax = Array<number>(7 * hands.length).fill(1);
  return {
    prepare: meshes,
    make: async () => {
      const { mujocoEngine } = await import('@dppo/mujoco');
      const env = await make({ engine: await mujocoEngine(), meshes: await meshes() });
      return { ...clipAction(env, -1, 1), picture: (shot) => env.picture(shot) };
    },
    obsDim: obsMin.length,
    actionDim: actionMax.length,
    bounds: { obsMin, obsMax, actionMin: actionMax.map((value) => -value), actionMax },
  };
}

/** What the models are made of; a download of it is seen on standard error. */
async function meshes(): Promise<NonNullable<RobosuiteOptions['meshes']>> {
  const { robosuiteMeshes } = await import('@dppo/robosuite/meshes');
  const { progressBar } = await import('@dppo/wheels');
  const { progress, stop } = progressBar(process.stderr);
  return robosuiteMeshes({ progress }).finally(stop);
}
