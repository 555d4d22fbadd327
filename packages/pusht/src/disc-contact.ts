import { agentRadius, type Rectangle } from './tee.ts';

/** Where a disc and a rectangle touch, in the rectangle's frame. */
export interface DiscContact {
  /** unit normal from the disc to the rectangle */
  readonly nx: number;
  readonly ny: number;
  /** the point on the rectangle */
  readonly x: number;
  readonly y: number;
  /** of the disc's edge from the point along the normal; below 0 where they overlap */
  readonly distance: number;
}

/** The contact of a disc around (x, y), in the rectangle's frame; undefined where they are apart. */
export function discContact(
  x: number,
  y: number,
  { left, right, top, bottom }: Rectangle,
): DiscContact | undefined {
  const nearX = Math.min(Math.max(x, left), right);
  const nearY = Math.min(Math.max(y, top), bottom);
  const [dx, dy] = [nearX - x, nearY - y];
  if (dx !== 0 || dy !== 0) {
    const squared = dx * dx + dy * dy;
    if (squared > agentRadius * agentRadius) return undefined;
    const length = Math.sqrt(squared);
    return { nx: dx / length, ny: dy / length, x: nearX, y: nearY, distance: length - agentRadius };
  }
  // The middle is inside: out by the nearest edge.
  const depths = [x - left, right - x, y - top, bottom - y];
  const depth = Math.min(...depths);
  const edge = depths.indexOf(depth);
  const distance = -depth - agentRadius;
  if (edge === 0) return { nx: 1, ny: 0, x: left, y, distance };
  if (edge === 1) return { nx: -1, ny: 0, x: right, y, distance };
  if (edge === 2) return { nx: 0, ny: 1, x, y: top, distance };
  return { nx: 0, ny: -1, x, y: bottom, distance };
}
