import { type Wall, wallRadius } from './walls.ts';

/** How a wall and a rectangle lie to one another. */
export interface Apart {
  /** Unit normal from the wall to the rectangle. */
  readonly nx: number;
  readonly ny: number;
  /** Along the normal, without the wall's radius, px. */
  readonly distance: number;
}

/** The least translation by which a wall and a rectangle of these corners [4, 2] would touch or part; undefined where they are apart. */
export function apart(wall: Wall, corners: Float64Array): Apart | undefined {
  const { from, to } = wall;
  const [wx, wy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.sqrt(wx * wx + wy * wy);
  let [nx, ny, distance] = [0, 0, -Infinity];
  for (let sign = 1; sign >= -1; sign -= 2) {
    const [ux, uy] = [(sign * wy) / length, (-sign * wx) / length];
    let least = Infinity;
    for (let i = 0; i < 8; i += 2) {
      least = Math.min(least, (corners[i] - from[0]) * ux + (corners[i + 1] - from[1]) * uy);
    }
    if (least > wallRadius) return undefined;
    if (least > distance) [nx, ny, distance] = [ux, uy, least];
  }
  for (let i = 0; i < 4; i++) {
    const [ux, uy] = edgeNormal(corners, i);
    const [x, y] = [corners[2 * i], corners[2 * i + 1]];
    const least = Math.min((from[0] - x) * ux + (from[1] - y) * uy, (to[0] - x) * ux + (to[1] - y) * uy);
    if (least > wallRadius) return undefined;
    if (least > distance) [nx, ny, distance] = [-ux, -uy, least];
  }
  const along = { nx, ny, distance };
  if (distance <= 0) return along;
  const found = atCorner(wall, corners) ?? along;
  return found.distance > wallRadius ? undefined : found;
}

/** Outward unit normal of the edge from corner i to the next. */
export function edgeNormal(corners: Float64Array, i: number): readonly [x: number, y: number] {
  const j = 2 * ((i + 1) % 4);
  const [dx, dy] = [corners[j] - corners[2 * i], corners[j + 1] - corners[2 * i + 1]];
  const length = Math.sqrt(dx * dx + dy * dy);
  return [dy / length, -dx / length];
}

type Point = readonly [x: number, y: number];

/** The line between an end of the wall and a corner where these are the nearest points; undefined where the nearest are on an edge. */
function atCorner({ from, to }: Wall, corners: Float64Array): Apart | undefined {
  let least = Infinity;
  let found: Apart | undefined;
  for (let i = 0; i < 4; i++) {
    const corner: Point = [corners[2 * i], corners[2 * i + 1]];
    const j = 2 * ((i + 1) % 4);
    const next: Point = [corners[j], corners[j + 1]];
    for (const [point, a, b, sign] of [
      [corner, from, to, 1],
      [from, corner, next, -1],
      [to, corner, next, -1],
    ] as const) {
      const [bx, by] = [b[0] - a[0], b[1] - a[1]];
      const part = ((point[0] - a[0]) * bx + (point[1] - a[1]) * by) / (bx * bx + by * by);
      const t = Math.max(0, Math.min(part, 1));
      const [dx, dy] = [point[0] - a[0] - t * bx, point[1] - a[1] - t * by];
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance >= least) continue;
      least = distance;
      const isEnd = t === 0 || t === 1;
      found = isEnd ? { nx: (sign * dx) / distance, ny: (sign * dy) / distance, distance } : undefined;
    }
  }
  return found;
}
