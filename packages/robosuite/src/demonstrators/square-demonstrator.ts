import { demonstrator, draw } from './demonstrator.ts';
import type { Demonstrator, Seen, Style, Target } from './demonstrator.ts';
import { apart, plus, wrapped } from './pose.ts';
import type { Vector } from './pose.ts';

const speed = 1.5;
const peg = { x: 0.23, y: 0.1 };
/** How far the hand can be turned, rad. */
const limit = 1.75;

/** A scripted episode of `square`: obs [23] → action [7]. Speed, side, heights, grasp and how the nut is turned come from `seed`. */
export function squareDemonstrator(seed: number): Demonstrator {
  return demonstrator(seed, (style, first) => {
    const { generator, arc, hover } = style;
    // Where the open fingers are clear of the ring.
    const along = draw(0.056, 0.068, generator);
    const travel = draw(0.99, 1.03, generator);
    const yaw = wrapped(first.objectYaw, Math.PI);
    const final = finalYaw(first.objectYaw, yaw, style);
    const handle = ({ object, objectRotation: r }: Seen): Vector =>
      plus(object, [along * r[0], along * r[3], along * r[6]]);
    const over = (seen: Seen, height: number): Vector => plus(handle(seen), [0, 0, height]);
    const left = ({ objectYaw }: Seen): number => wrapped(final - objectYaw, 2 * Math.PI);
    const open = { yaw, fingers: -1, speed } as const;
    const closed = { yaw, fingers: 1, speed } as const;
    /** The hand where the nut is over the peg, `height` m up. */
    const carry = (seen: Seen, height: number): Target => {
      const [x, y] = [peg.x - seen.object[0], peg.y - seen.object[1]];
      return {
        at: [seen.hand[0] + x, seen.hand[1] + y, height],
        yaw: yaw + wrapped(final - first.objectYaw, 2 * Math.PI),
        fingers: 1,
        speed: Math.hypot(x, y) < 0.03 ? 1 : speed,
      };
    };
    return [
      {
        target: (seen) => {
          const at = over(seen, 0.6 * hover + 0.02);
          const sideways = arc * Math.min(1, Math.hypot(at[0] - seen.hand[0], at[1] - seen.hand[1]) / 0.1);
          return { ...open, at: plus(at, [0, sideways, 0]) };
        },
        until: (seen, target) => apart(seen.hand, target.at) < 0.01 && seen.turn(yaw) < 0.08,
        steps: 100,
      },
      {
        target: (seen) => ({ ...open, at: over(seen, 0.005) }), // the fingers' tips are on the table there
        until: (seen, target) => apart(seen.hand, target.at) < 0.007,
        steps: 60,
      },
      { target: ({ hand }) => ({ ...closed, at: hand }), steps: 12 },
      {
        target: ({ hand: [x, y] }) => ({ ...closed, at: [x, y, travel] }),
        until: ({ hand }) => hand[2] > travel - 0.03,
        steps: 60,
      },
      {
        target: (seen) => carry(seen, travel),
        until: (seen) => aside(seen) < 0.004 && Math.abs(left(seen)) < 0.06,
        steps: 150,
      },
      {
        target: (seen) => {
          // Up again where it lies on the peg, until it is over it.
          const isAround = seen.object[2] < 0.94 || (aside(seen) < 0.006 && Math.abs(left(seen)) < 0.15);
          return carry(seen, seen.hand[2] + (isAround ? -0.04 : 0.02));
        },
        until: ({ object }) => object[2] < 0.915,
        steps: 100,
      },
      { target: ({ hand, handYaw }) => ({ ...open, yaw: handYaw, at: hand }), steps: 7 },
      {
        target: ({ hand: [x, y], handYaw }) => ({ ...open, yaw: handYaw, at: [x, y, 1.05] }),
        steps: Infinity,
      },
    ];
  });
}

/** How far the nut is from the peg, in the plane, m. */
function aside({ object: [x, y] }: Seen): number {
  return Math.hypot(peg.x - x, peg.y - y);
}

/**
 * How the nut is to be turned on the peg: a quarter to either side or half a turn, whichever is nearest and the hand can be turned to.
 * With the handle away from the robot, at 0, the arm would not reach.
 */
function finalYaw(nut: number, hand: number, { other }: Style): number {
  const ways = [Math.PI / 2, -Math.PI / 2, Math.PI]
    .map((final) => ({ final, turn: wrapped(final - nut, 2 * Math.PI) }))
    .filter(({ turn }) => Math.abs(hand + turn) < limit)
    .toSorted((a, b) => Math.abs(a.turn) - Math.abs(b.turn));
  const [nearest, next] = ways;
  if (nearest === undefined) return Math.PI / 2;
  const isClose = next !== undefined && Math.abs(next.turn) - Math.abs(nearest.turn) < 0.5;
  return other && isClose ? next.final : nearest.final;
}
