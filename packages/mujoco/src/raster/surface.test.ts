import { describe, expect, it } from 'vitest';

import { box } from './box.ts';
import { rectangle } from './rectangle.ts';
import { capsule, cylinder, ellipsoid } from './revolved.ts';
import { surface, type Surface } from './surface.ts';

/** Corners of the faces [F][3][3]. */
function trianglesOf({ vertices, faces }: Surface): number[][][] {
  const corner = (at: number): number[] => [...vertices.subarray(3 * faces[at], 3 * faces[at] + 3)];
  return Array.from({ length: faces.length / 3 }, (_, face) => [0, 1, 2].map((i) => corner(3 * face + i)));
}

/** Σ a · (b × c) / 6, which is what a closed surface seen from outside holds. */
function volumeOf(of: Surface): number {
  return trianglesOf(of).reduce(
    (sum, [[ax, ay, az], [bx, by, bz], [cx, cy, cz]]) =>
      sum + (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6,
    0,
  );
}

/** What a polygon of 24 corners on a circle of radius 1 has of area: 24 · ½ sin 15°. */
const disc = 12 * Math.sin(Math.PI / 12);

/** Frusta of 24 sides from the top of a sphere of radius 1 down, each 15° of its arc high: Σ h (A₁ + A₂ + √(A₁A₂)) / 3. */
const ball = Array.from({ length: 12 }, (_, i) => {
  const [from, to] = [(i * Math.PI) / 12, ((i + 1) * Math.PI) / 12];
  const [r, R] = [Math.sin(from), Math.sin(to)];
  return ((Math.cos(from) - Math.cos(to)) * disc * (r * r + R * R + r * R)) / 3;
}).reduce((sum, part) => sum + part);

const cases: [name: string, of: Surface, volume: number, radius: number][] = [
  ['box', box([1, 2, 3]), 48, Math.sqrt(14)],
  ['cylinder', cylinder(2, 3), disc * 4 * 6, Math.sqrt(13)],
  ['capsule', capsule(2, 3), disc * 4 * 6 + 8 * ball, 5],
  ['ellipsoid', ellipsoid([1, 2, 3]), 6 * ball, 3],
];

describe.each(cases)('a %s', (_, of, volume, radius) => {
  it('is closed: each edge is in two triangles, once in either direction', () => {
    const edges = Array.from({ length: of.faces.length }, (__, at) => {
      const next = at % 3 === 2 ? at - 2 : at + 1;
      return [of.faces[at], of.faces[next]] as const;
    });
    const directed = new Set(edges.map((edge) => edge.join()));
    expect(directed.size).toBe(edges.length);
    expect(edges.every(([from, to]) => directed.has(`${to},${from}`))).toBe(true);
  });

  it('holds what a solid of its corners does, from a sphere of its radius', () => {
    expect(volumeOf(of)).toBeCloseTo(volume, 4);
    expect(of.radius).toBeCloseTo(radius, 5);
  });

  it('has unit normals that point outwards', () => {
    for (const [face, [[x, y, z]]] of trianglesOf(of).entries()) {
      const [nx, ny, nz] = of.normals.subarray(3 * face, 3 * face + 3);
      expect(Math.hypot(nx, ny, nz)).toBeCloseTo(1, 6);
      expect(nx * x + ny * y + nz * z).toBeGreaterThan(0);
    }
  });
});

describe('a rectangle', () => {
  it('is seen from +z', () => {
    expect([...rectangle([1, 2]).normals]).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it('has the half sizes that it is given, and no end where one is 0', () => {
    expect(trianglesOf(rectangle([1, 2]))[0]).toEqual([
      [-1, -2, 0],
      [1, -2, 0],
      [1, 2, 0],
    ]);
    expect(rectangle([0, 2]).vertices[0]).toBeLessThan(-1e3);
    expect(rectangle([0, 2]).vertices[1]).toBe(-2);
  });
});

it('a face without area has no normal', () => {
  const line = surface(Float32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2), Int32Array.of(0, 1, 2));
  expect([...line.normals].map(Math.abs)).toEqual([0, 0, 0]);
});
