import { clipAction } from '@dppo/env';
import type { Env } from '@dppo/env';
import type { RobosuiteOptions } from '@dppo/robosuite';

import type { Task } from './task.ts';

type Range = readonly [low: readonly number[], high: readonly number[]];

/**
 * A task of one arm: position of the grip site within `hand`, its quaternion, two fingers, then the object: position within `object`,
 * quaternion, and the `rest`. Actions are clipped as the original clips them.
 */
export function oneArm({
  make,
  hand,
  object,
  rest,
}: {
  readonly make: (options: RobosuiteOptions) => Promise<Env>;
  readonly hand: Range;
  readonly object: Range;
  readonly rest: Range;
}): Task {
  const all = (end: 0 | 1): number[] => {
    const unit = Array<number>(4).fill(end === 0 ? -1 : 1);
    const fingers = [
      [0, -0.04],
      [0.04, 0],
    ][end];
    return [...hand[end], ...unit, ...fingers, ...object[end], ...unit, ...rest[end]];
  };
  const actions = Array<number>(7).fill(1);
  return {
    make: async () => {
      const { mujocoEngine } = await import('@dppo/mujoco');
      return clipAction(await make({ engine: await mujocoEngine() }), -1, 1);
    },
    obsDim: all(0).length,
    actionDim: actions.length,
    bounds: {
      obsMin: all(0),
      obsMax: all(1),
      actionMin: actions.map((value) => -value),
      actionMax: actions,
    },
  };
}

/** Position, m, and quaternion of an object in the frame of the hand. */
export function inHand(metres: number): Range {
  const reach = [metres, metres, metres, 1, 1, 1, 1];
  return [reach.map((value) => -value), reach];
}
