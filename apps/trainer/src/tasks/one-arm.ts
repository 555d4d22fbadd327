import { arms, type Range, unit } from './arms.ts';
import type { Task } from './task.ts';

/** A task of one arm with one object: position within `object`, quaternion, and the `rest`. */
export function oneArm({
  make,
  hand,
  object,
  rest,
}: {
  readonly make: Parameters<typeof arms>[0]['make'];
  readonly hand: Range;
  readonly object: Range;
  readonly rest: Range;
}): Task {
  return arms({ make, hands: [hand], objects: [object, unit, rest] });
}

/** Position, m, and quaternion of an object in the frame of the hand. */
export function inHand(metres: number): Range {
  const reach = [metres, metres, metres, 1, 1, 1, 1];
  return [reach.map((value) => -value), reach];
}
