import type { Chunks, Randomness } from '@dppo/agent';

/** The upper moon or the lower one. */
export type Moon = 0 | 1;

const thickness = 0.03;
const arc = Array.from({ length: 101 }, (_, i) => (i / 100) * Math.PI);

/** The moons in turn. */
export function moonOf(i: number): Moon {
  return i % 2 === 0 ? 0 : 1;
}

/** The point of a moon at an angle in [0, π], in [−1, 1]². */
function pointAt(moon: Moon, angle: number): [x: number, y: number] {
  const [x, y] =
    moon === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  return [(x - 0.5) / 1.6, (y - 0.25) / 1.6];
}

/** Points, each with the moon that was asked for. */
export type Cloud = readonly { readonly moon: Moon; readonly point: readonly [x: number, y: number] }[];

/** How far a point is from a moon. */
export function distanceTo(moon: Moon, [x, y]: readonly [x: number, y: number]): number {
  return Math.min(
    ...arc.map((angle) => {
      const [px, py] = pointAt(moon, angle);
      return Math.hypot(x - px, y - py);
    }),
  );
}

/** How far points are from the moons that were asked for, on average. */
export function meanDistance(cloud: Cloud): number {
  return cloud.reduce((sum, { moon, point }) => sum + distanceTo(moon, point), 0) / cloud.length;
}

/** Noisy points of both moons in turn: what is observed is which moon [1, 1], the action is the point [1, 2]. */
export function moons(count: number, random: Randomness): Chunks {
  const points = Array.from({ length: count }, (_, i) => {
    const [x, y] = pointAt(moonOf(i), Math.PI * random.uniform());
    const [dx, dy] = random.normal(2);
    return [x + thickness * dx, y + thickness * dy];
  });
  return {
    length: count,
    gather: (indices) => ({
      'obs.state': { shape: [1, 1], data: Float32Array.from(indices, (i) => moonOf(i)) },
      actions: { shape: [1, 2], data: Float32Array.from(Array.from(indices).flatMap((i) => points[i])) },
    }),
  };
}
