import { setImmediate } from 'node:timers/promises';

import type { Clock } from '../src/real-time/clock.ts';

/** A clock whose time passes when somebody waits for it. */
export interface SimulatedClock extends Clock {
  /** Resolves so many seconds from now. */
  after(seconds: number): Promise<void>;
}

/** Begins at 0. */
export function simulatedClock(): SimulatedClock {
  let now = 0;
  let alarms: { readonly time: number; readonly ring: () => void }[] = [];
  return {
    now: () => now,
    after: (seconds) => new Promise((ring) => alarms.push({ time: now + seconds, ring })),
    until: async (time) => {
      for (;;) {
        const [next] = alarms.filter((alarm) => alarm.time <= time).toSorted((a, b) => a.time - b.time);
        if (!next) break;
        alarms = alarms.filter((alarm) => alarm !== next);
        now = Math.max(now, next.time);
        next.ring();
        // Whoever waited for it goes on, and may set another.
        await setImmediate();
      }
      now = Math.max(now, time);
      await setImmediate();
    },
  };
}
