import type { Capsule, Drawing } from '@dppo/env';

import { agentRadius, fieldSize, goal, type Pose, type Rectangle, tee } from './tee.ts';
import { wallRadius, walls } from './walls.ts';

type Color = Capsule['color'];
type Point = readonly [x: number, y: number];

const [lightGray, lightGreen, slateGray, royalBlue]: readonly Color[] = [
  [211, 211, 211],
  [144, 238, 144],
  [119, 136, 153],
  [65, 105, 225],
];

/** Half the thickness of the lines that make corners sharp. */
const rim = 3;
/** Lines of radius r leave of a corner what is nearer than (1 − √½)·r to both edges; thinner ones fill that from r/5 on, 2·r/5 thick. */
const growth = 5;
const onField = placed({ x: 0, y: 0, angle: 0 });
const scene: readonly Capsule[] = [
  ...rectangle({ left: 0, right: fieldSize, top: 0, bottom: fieldSize }, onField, [255, 255, 255]),
  ...walls.map(({ from, to }) => line(onField(from), onField(to), wallRadius, lightGray)),
  ...block(goal, lightGreen),
];

/** Field, goal, block and disc from above, in px with y turned upwards. */
export function drawing(pose: Pose, [x, y]: Point): Drawing {
  const middle: Point = [x, -y];
  return {
    center: [fieldSize / 2, -fieldSize / 2],
    // All of the field is seen in a picture of 4 : 3.
    width: (4 / 3) * fieldSize,
    shapes: [...scene, ...block(pose, slateGray), line(middle, middle, agentRadius, royalBlue)],
  };
}

function block(pose: Pose, color: Color): Capsule[] {
  return tee.flatMap((part) => rectangle(part, placed(pose), color));
}

/** A rectangle as its middle line, as thick as it is, and frames of lines, the thinner the nearer they are to the corners. */
function rectangle(part: Rectangle, at: (point: Point) => Point, color: Color): Capsule[] {
  const half = Math.min(part.right - part.left, part.bottom - part.top) / 2;
  const inset = (by: number): [Point, Point, Point, Point] => [
    at([part.left + by, part.top + by]),
    at([part.right - by, part.top + by]),
    at([part.right - by, part.bottom - by]),
    at([part.left + by, part.bottom - by]),
  ];
  const [from, , to] = inset(half);
  const shapes = [line(from, to, half, color)];
  for (let radius = rim; radius < half; radius *= growth) {
    const corners = inset(radius);
    shapes.push(...corners.map((corner, i) => line(corner, corners[(i + 1) % 4], radius, color)));
  }
  return shapes;
}

function placed({ x, y, angle }: Pose): (point: Point) => Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([px, py]) => [x + px * cos - py * sin, -(y + px * sin + py * cos)];
}

function line(from: Point, to: Point, radius: number, color: Color): Capsule {
  return { from, to, radius, color };
}
