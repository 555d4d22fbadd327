import { type Generator, pcg64 } from '@dppo/env';
import { standardNormal } from '@dppo/mujoco';

import { apart, rotationAt, towardsDown, yawOf } from './pose.ts';
import type { Vector } from './pose.ts';

/** What a demonstrator sees of an arm and the object that it is to move. */
export interface Seen {
  /** of the site between the fingers, m */
  readonly hand: Vector;
  /** its yaw, as of a hand that points down, rad */
  readonly handYaw: number;
  readonly object: Vector;
  readonly objectRotation: readonly number[];
  readonly objectYaw: number;
  /** how far the hand is from the target's orientation, rad */
  readonly turn: (yaw: number) => number;
}

/** Where the hand is to go. */
export interface Target {
  readonly at: Vector;
  readonly yaw: number;
  /** −1 opens, 1 closes */
  readonly fingers: -1 | 1;
  /** beside that of the episode */
  readonly speed: number;
}

/** A part of an episode: where to go, up to when, and for how many steps at most. */
export interface Phase {
  readonly target: (seen: Seen) => Target;
  readonly until?: (seen: Seen, target: Target) => boolean;
  readonly steps: number;
}

/** What an episode's phases are drawn with; all demonstrators draw it alike. */
export interface Style {
  readonly generator: Generator;
  /** how far aside the approach begins, m */
  readonly arc: number;
  /** above the object before the grasp, m */
  readonly hover: number;
  /** of the grasp, m */
  readonly offset: Vector;
  /** whether to take the other one of two ways that are alike */
  readonly other: boolean;
}

/** From an observation to an action. */
export type Demonstrator = (obs: ArrayLike<number>) => Float32Array;

/** A draw from [low, high). */
export function draw(low: number, high: number, { random }: Generator): number {
  return low + (high - low) * random();
}

/** Whether the hand is within some metres of its target. */
export function reached(metres: number): (seen: Seen, target: Target) => boolean {
  return ({ hand }, { at }) => apart(hand, at) < metres;
}

/**
 * A demonstrator of one episode that goes through phases, each until its end or for its steps: a₁₋₃ = 10·s·v·(target − hand), at most
 * 1, a₄₋₆ = rotation vector/0.5, with noise that lasts, n ← 0.8·n + 0.06·𝒩(0, 1), which is less within 3 cm in the plane. The speed s, the sides, heights
 * and offsets of an episode come from its `seed`.
 */
export function demonstrator(
  seed: number,
  plan: (style: Style, first: Seen) => readonly Phase[],
): Demonstrator {
  const generator = pcg64(seed);
  const pace = draw(0.7, 1.3, generator);
  const side = generator.random() < 0.5 ? -1 : 1;
  const style: Style = {
    generator,
    arc: side * draw(0, 0.06, generator),
    hover: draw(0.06, 0.12, generator),
    offset: [draw(-0.006, 0.006, generator), draw(-0.006, 0.006, generator), draw(-0.006, 0.006, generator)],
    other: generator.random() < 0.5,
  };
  const noise = new Float64Array(6);
  let phases: readonly Phase[] | undefined;
  let current = 0;
  let taken = 0;

  return (obs) => {
    const seen = see(obs);
    phases ??= plan(style, seen);
    let target = phases[current].target(seen);
    const isOver = taken >= phases[current].steps || (phases[current].until?.(seen, target) ?? false);
    if (isOver && current < phases.length - 1) {
      current += 1;
      taken = 0;
      target = phases[current].target(seen);
    }
    taken += 1;
    for (let i = 0; i < 6; i++) noise[i] = 0.8 * noise[i] + 0.06 * standardNormal(generator);
    return command(seen, target, { pace, noise, turn: towardsDown(target.yaw, rotationAt(obs, 3)) });
  };
}

function see(obs: ArrayLike<number>): Seen {
  const handRotation = rotationAt(obs, 3);
  const objectRotation = rotationAt(obs, 12);
  return {
    hand: [obs[0], obs[1], obs[2]],
    handYaw: yawOf(handRotation),
    object: [obs[9], obs[10], obs[11]],
    objectRotation,
    objectYaw: yawOf(objectRotation),
    turn: (yaw) => Math.hypot(...towardsDown(yaw, handRotation)),
  };
}

function command(
  { hand }: Seen,
  { at, fingers, speed }: Target,
  { pace, noise, turn }: { pace: number; noise: Float64Array; turn: Vector },
): Float32Array {
  const steadiness = Math.min(1, Math.hypot(at[0] - hand[0], at[1] - hand[1]) / 0.03);
  const way = at.map((value, i) => 10 * pace * speed * (value - hand[i]));
  const largest = Math.max(1, ...way.map(Math.abs));
  const numbers = [
    ...way.map((value, i) => value / largest + noise[i] * steadiness),
    ...turn.map((value, i) => Math.min(Math.max(value / 0.5, -1), 1) + 0.3 * noise[3 + i]),
    fingers,
  ];
  return Float32Array.from(numbers, (value) => Math.min(Math.max(value, -1), 1));
}
