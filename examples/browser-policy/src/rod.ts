import { avoid, field, rodRadius, rows, start } from '@dppo/avoid';
import { normalize, type Bounds, type Drawing } from '@dppo/env';

export type Point = readonly [x: number, y: number];

/** How an episode may end. */
export const outcomes = ['arrives', 'touches an obstacle', 'does not arrive'] as const;

export type Outcome = (typeof outcomes)[number];

/** The rod among its obstacles, moved by actions in [−1, 1]. */
export interface Rod {
  /** What the policy sees [Do]. */
  readonly obs: () => Float32Array;
  readonly position: () => Point;
  /** How it went, once it is past the finish or took as long as it may. */
  readonly outcome: () => Outcome | undefined;
  readonly move: (action: readonly number[]) => void;
  /** Where a chunk of actions would take its desired position, in metres [Ta + 1]. */
  readonly path: (chunk: readonly (readonly number[])[]) => Point[];
  readonly draw: () => Drawing;
}

const mostSteps = 130;

/** A rod at the start of @dppo/avoid's course. */
export function rod(bounds: Bounds): Rod {
  const course = avoid();
  const env = normalize(course, bounds);
  let obs = env.reset();
  let desired: Point = [start.x, start.y];
  let steps = 0;
  let touched = false;

  const metres = (value: number, axis: 0 | 1): number =>
    bounds.actionMin[axis] + ((value + 1) / 2) * (bounds.actionMax[axis] - bounds.actionMin[axis]);
  const moved = ([x, y]: Point, [dx, dy]: readonly number[]): Point => [x + metres(dx, 0), y + metres(dy, 1)];
  const position = (): Point => course.draw().shapes.at(-1)?.to ?? desired;

  return {
    obs: () => obs,
    position,
    outcome() {
      const [x, y] = position();
      const isPast = y > field.finish;
      if (!isPast && steps < mostSteps) return undefined;
      if (touched) return 'touches an obstacle';
      return isPast && x >= field.left && x <= field.right ? 'arrives' : 'does not arrive';
    },
    move(action) {
      ({ obs } = env.step(Float32Array.from(action)));
      desired = moved(desired, action);
      steps++;
      const [x, y] = position();
      touched ||= rows
        .flat()
        .some((cylinder) => Math.hypot(x - cylinder.x, y - cylinder.y) < cylinder.radius + rodRadius);
    },
    path(chunk) {
      const points = [desired];
      for (const action of chunk) points.push(moved(points[points.length - 1], action));
      return points;
    },
    draw: () => course.draw(),
  };
}
