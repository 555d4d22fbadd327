import { demonstrator, reached } from './demonstrator.ts';
import type { Demonstrator, Seen } from './demonstrator.ts';
import { apart, plus, wrapped } from './pose.ts';
import type { Vector } from './pose.ts';

/** A scripted episode of `lift`: obs [19] → action [7]. Speed, side, heights and which sides of the cube are grasped come from `seed`. */
export function liftDemonstrator(seed: number): Demonstrator {
  return demonstrator(seed, ({ arc, hover, offset, other }, first) => {
    const quarter = wrapped(first.objectYaw, Math.PI / 2);
    const yaw = other && Math.abs(quarter) > 0.35 ? quarter - Math.sign(quarter) * (Math.PI / 2) : quarter;
    const over = (seen: Seen, height: number): Vector => plus(plus(seen.object, offset), [0, 0, height]);
    const open = { yaw, fingers: -1, speed: 1 } as const;
    const up = plus(first.object, [0, 0, 0.2]);
    return [
      {
        target: (seen) => {
          const at = over(seen, hover);
          const aside = arc * Math.min(1, Math.hypot(at[0] - seen.hand[0], at[1] - seen.hand[1]) / 0.1);
          return { ...open, at: plus(at, [0, aside, 0]) };
        },
        until: reached(0.02),
        steps: 60,
      },
      {
        target: (seen) => ({ ...open, at: over(seen, hover / 2) }),
        until: (seen, target) => apart(seen.hand, target.at) < 0.012 && seen.turn(yaw) < 0.15,
        steps: 60,
      },
      { target: (seen) => ({ ...open, at: over(seen, 0), speed: 1.2 }), until: reached(0.008), steps: 40 },
      { target: (seen) => ({ at: seen.hand, yaw, fingers: 1, speed: 1 }), steps: 10 },
      { target: () => ({ at: up, yaw, fingers: 1, speed: 1 }), steps: Infinity },
    ];
  });
}
