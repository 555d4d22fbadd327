import { type Clock, wallClock } from './clock.ts';
import type { RealTimeMetrics } from './metrics.ts';
import type { Controller } from './real-time.ts';

/** The robot, as its driver offers it. */
export interface Robot {
  /** What it senses now [Do]. */
  observe(): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** Executes an `action` [Da]. */
  act(action: Float32Array): void | Promise<void>;
  /** Makes it safe: called once at the end, whatever that was. */
  stop?(): void | Promise<void>;
}

/** How long a robot is driven. */
export interface DriveOptions {
  /** Ends it between two ticks. */
  readonly signal?: AbortSignal | undefined;
  /** Ends it before the tick of this number. */
  readonly ticks?: number;
  /** What ticks are timed by. */
  readonly clock?: Clock;
}

/**
 * Plays an episode: a controller drives a robot, which at tick n, n / controlHz seconds after the first, is observed and acts.
 *
 * A tick that has to wait for the robot or the machine is late, and left out where the next one's time has come; none is made up for.
 * Until the first chunk is there the robot is only observed.
 *
 * @throws what the controller or the robot throws, after `stop` of the robot
 */
export async function drive(
  controller: Controller,
  robot: Robot,
  { signal, ticks = Infinity, clock = wallClock }: DriveOptions = {},
): Promise<RealTimeMetrics> {
  const { controlHz } = controller;
  controller.reset();
  const begin = clock.now();
  try {
    for (let tick = 0; tick < ticks;) {
      if (signal?.aborted) break;
      const action = controller.tick(await robot.observe(), tick);
      if (action) await robot.act(action);
      tick = Math.max(tick + 1, Math.floor((clock.now() - begin) * controlHz));
      await clock.until(begin + tick / controlHz, signal);
    }
  } finally {
    await robot.stop?.();
  }
  return controller.metrics();
}
