import { demonstrator, draw, reached } from './demonstrator.ts';
import type { Demonstrator, Seen } from './demonstrator.ts';
import { apart, plus } from './pose.ts';
import type { Vector } from './pose.ts';

const speed = 1.6;

/** A scripted episode of `can`: obs [23] → action [7]. Speed, side, heights, grasp and where the can is dropped come from `seed`. */
export function canDemonstrator(seed: number): Demonstrator {
  return demonstrator(seed, ({ generator, arc, hover, offset }) => {
    const yaw = draw(-0.6, 0.6, generator);
    const high = draw(0, 0.02, generator);
    const travel = draw(1.02, 1.08, generator) + high; // the can's lower edge clear of the walls
    const drop = [0.1975 + draw(-0.03, 0.03, generator), 0.4025 + draw(-0.03, 0.03, generator)] as const;
    const over = (seen: Seen, height: number): Vector =>
      plus(plus(seen.object, offset), [0, 0, high + height]);
    const open = { yaw, fingers: -1, speed } as const;
    const closed = { yaw, fingers: 1, speed } as const;
    return [
      {
        target: (seen) => ({ ...open, at: over(seen, 0.03 + hover) }),
        until: (seen, target) => apart(seen.hand, target.at) < 0.03 && seen.turn(yaw) < 0.3,
        steps: 80,
      },
      { target: (seen) => ({ ...open, at: over(seen, 0) }), until: reached(0.012), steps: 60 },
      { target: ({ hand }) => ({ ...closed, at: hand }), steps: 10 },
      {
        target: ({ hand: [x, y] }) => ({ ...closed, at: [x, y, travel] }),
        until: ({ hand }) => hand[2] > travel - 0.03,
        steps: 60,
      },
      {
        target: ({ hand }) => {
          const away = Math.hypot(drop[0] - hand[0], drop[1] - hand[1]);
          return { ...closed, at: [drop[0] + arc * Math.min(1, away / 0.3), drop[1], travel] };
        },
        until: ({ hand }) => Math.hypot(drop[0] - hand[0], drop[1] - hand[1]) < 0.04,
        steps: 120,
      },
      {
        target: () => ({ ...closed, at: [drop[0], drop[1], 0.91 + high] }),
        until: ({ hand }) => hand[2] < 0.91 + high + 0.012,
        steps: 60,
      },
      { target: ({ hand }) => ({ ...open, at: hand }), steps: 6 },
      { target: () => ({ ...open, at: [drop[0], drop[1], 1.02] }), steps: Infinity },
    ];
  });
}
