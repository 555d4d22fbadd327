import { apart, edgeNormal } from './apart.ts';
import { type Wall, wallRadius } from './walls.ts';

/** A point where a wall and a rectangle touch. */
interface WallContact {
  /** Which end of the wall and which corner it lies between: 4·end + corner. */
  readonly key: number;
  /** On the rectangle's edge, px. */
  readonly x: number;
  readonly y: number;
  /** From the wall's surface along the normal, at most 0. */
  readonly distance: number;
}

/** The contacts of a wall with a rectangle, all along one normal. */
export interface WallContacts {
  /** Unit normal from the wall to the rectangle. */
  readonly nx: number;
  readonly ny: number;
  readonly contacts: readonly WallContact[];
}

/** An end of an edge, and which of its shape it is. */
interface End {
  readonly x: number;
  readonly y: number;
  readonly index: number;
}

/**
 * Where a wall touches a rectangle of these corners [4, 2]: their two nearest edges, clipped to one another; undefined where it does not.
 * Chipmunk 7.0.3, src/cpCollision.c: ContactPoints.
 */
export function wallContacts(wall: Wall, corners: Float64Array): WallContacts | undefined {
  const found = apart(wall, corners);
  if (found === undefined) return undefined;
  const { nx, ny } = found;
  const [w0, w1] = wallEdge(wall, nx, ny);
  const [r0, r1] = rectangleEdge(corners, nx, ny);
  // How far along the surface, across the normal.
  const [a0, a1] = [w0.x * ny - w0.y * nx, w1.x * ny - w1.y * nx];
  const [b0, b1] = [r0.x * ny - r0.y * nx, r1.x * ny - r1.y * nx];
  // Above 0 also where an edge is along the normal.
  const [wide, long] = [a1 - a0 + Number.MIN_VALUE, b1 - b0 + Number.MIN_VALUE];
  const contacts: WallContact[] = [];
  for (const [wallEnd, corner, onWall, onRectangle] of [
    [w0, r1, (b1 - a0) / wide, (a0 - b0) / long],
    [w1, r0, (b0 - a0) / wide, (a1 - b0) / long],
  ] as const) {
    const [wx, wy] = between(w0, w1, onWall);
    const [x, y] = between(r0, r1, onRectangle);
    const distance = (x - wx) * nx + (y - wy) * ny - wallRadius;
    if (distance <= 0) contacts.push({ key: 4 * wallEnd.index + corner.index, x, y, distance });
  }
  return contacts.length === 0 ? undefined : { nx, ny, contacts };
}

function between(from: End, to: End, part: number): readonly [x: number, y: number] {
  const t = Math.max(0, Math.min(part, 1));
  return [from.x * (1 - t) + to.x * t, from.y * (1 - t) + to.y * t];
}

/** The wall's ends, so that the normal is on the right from the first to the second. */
function wallEdge({ from, to }: Wall, nx: number, ny: number): readonly [End, End] {
  const a = { x: from[0], y: from[1], index: 0 };
  const b = { x: to[0], y: to[1], index: 1 };
  return (b.y - a.y) * nx - (b.x - a.x) * ny > 0 ? [a, b] : [b, a];
}

/** The edge of the rectangle that faces against the normal most. */
function rectangleEdge(corners: Float64Array, nx: number, ny: number): readonly [End, End] {
  let nearest = 0;
  let least = Infinity;
  for (let i = 0; i < 4; i++) {
    const height = corners[2 * i] * nx + corners[2 * i + 1] * ny;
    if (height < least) [nearest, least] = [i, height];
  }
  const [before, after] = [(nearest + 3) % 4, (nearest + 1) % 4];
  const [[bx, by], [ax, ay]] = [edgeNormal(corners, before), edgeNormal(corners, nearest)];
  const [first, second] = bx * nx + by * ny < ax * nx + ay * ny ? [before, nearest] : [nearest, after];
  return [end(corners, first), end(corners, second)];
}

function end(corners: Float64Array, index: number): End {
  return { x: corners[2 * index], y: corners[2 * index + 1], index };
}
