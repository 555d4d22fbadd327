import { avoid, field, start } from '@dppo/avoid';
import { normalize, type Bounds, type Drawing } from '@dppo/env';

export type Point = readonly [x: number, y: number];

/** The rod among its obstacles, moved by actions in [−1, 1]. */
export interface Rod {
  /** What the policy sees [Do]. */
  readonly obs: () => Float32Array;
  readonly position: () => Point;
  /** Whether it is past the finish or took as long as it may. */
  readonly done: () => boolean;
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

  const metres = (value: number, axis: 0 | 1): number =>
    bounds.actionMin[axis] + ((value + 1) / 2) * (bounds.actionMax[axis] - bounds.actionMin[axis]);
  const moved = ([x, y]: Point, [dx, dy]: readonly number[]): Point => [x + metres(dx, 0), y + metres(dy, 1)];
  const position = (): Point => course.draw().shapes.at(-1)?.to ?? desired;

  return {
    obs: () => obs,
    position,
    done: () => steps >= mostSteps || position()[1] > field.finish,
    move(action) {
      ({ obs } = env.step(Float32Array.from(action)));
      desired = moved(desired, action);
      steps++;
    },
    path(chunk) {
      const points = [desired];
      for (const action of chunk) points.push(moved(points[points.length - 1], action));
      return points;
    },
    draw: () => course.draw(),
  };
}
