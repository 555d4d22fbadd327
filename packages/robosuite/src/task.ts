import type { Generator } from '@dppo/env';
import type { Simulation } from '@dppo/mujoco';

import type { Arm } from './arm.ts';

/** Where a free object is put at a reset: its joint, position (m) and quaternion, w first. */
export interface Placement {
  readonly joint: string;
  readonly pos: readonly number[];
  readonly quat: readonly number[];
}

/** A task of robosuite: a model, where its objects begin, and what counts. */
export interface Task {
  /** what errors begin with */
  readonly name: string;
  /** steps after which an episode is cut */
  readonly horizon: number;
  /** MJCF; what can be moved and seen has the original's names */
  readonly model: string;
  readonly arms: 1 | 2;
  /** Draws where the objects begin. */
  readonly place: (generator: Generator) => readonly Placement[];
  /** What counts in a simulation of the model. */
  readonly rules: (simulation: Simulation, arms: readonly Arm[]) => Rules;
}

/** What counts in a task, as the last substep found it. */
export interface Rules {
  /** numbers that are observed of the objects */
  readonly size: number;
  /** Writes them at `offset`. */
  readonly observe: (into: Float64Array, offset: number) => void;
  /** Whether what was to be done is done. */
  readonly success: () => boolean;
  /** The shaped reward, in [0, 1]. */
  readonly shaped: () => number;
}

/** A turn by `angle` about z, as a quaternion with w first. */
export function yaw(angle: number): number[] {
  return [Math.cos(angle / 2), 0, 0, Math.sin(angle / 2)];
}

/** A draw from [low, high). */
export function between(low: number, high: number, { random }: Generator): number {
  return low + (high - low) * random();
}
