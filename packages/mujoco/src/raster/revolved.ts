import { surface, type Surface } from './surface.ts';

/** Sides of what is round; half as many from pole to pole. */
const sides = 24;

/** A point of a profile: its distance from the axis and its height, m. */
type Point = readonly [radius: number, z: number];

/** A cylinder about z with a radius and half a length, m. */
export function cylinder(radius: number, half: number): Surface {
  return revolved([
    [0, half],
    [radius, half],
    [radius, -half],
    [0, -half],
  ]);
}

/** A cylinder about z with half a sphere at both ends; `half` is half the length between their centres, m. */
export function capsule(radius: number, half: number): Surface {
  const cap = arc(sides / 4).map(([r, z]): Point => [radius * r, radius * z + half]);
  return revolved([...cap, ...cap.map(([r, z]): Point => [r, -z]).toReversed()]);
}

/** An ellipsoid with half axes x, y and z, m. */
export function ellipsoid([x, y, z]: ArrayLike<number> & Iterable<number>): Surface {
  const { vertices, faces } = revolved(arc(sides / 2));
  const axes = [x, y, z];
  return surface(
    vertices.map((value, i) => value * axes[i % 3]),
    faces,
  );
}

/** Points of the unit circle, from the top so many steps down. */
function arc(steps: number): Point[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / sides;
    return [Math.sin(angle), Math.cos(angle)];
  });
}

/** What a profile from the upper pole to the lower one makes when it turns about z. */
function revolved(profile: readonly Point[]): Surface {
  const rings = profile.slice(1, -1);
  const [upper, lower] = [rings.length * sides, rings.length * sides + 1];
  const vertices = rings.flatMap(([radius, z]) =>
    Array.from({ length: sides }, (_, side) => {
      const angle = (2 * Math.PI * side) / sides;
      return [radius * Math.cos(angle), radius * Math.sin(angle), z];
    }),
  );
  const poles = [profile[0], profile[profile.length - 1]].map(([, z]) => [0, 0, z]);
  const faces: number[] = [];
  for (let side = 0; side < sides; side++) {
    const next = (side + 1) % sides;
    faces.push(upper, side, next);
    for (let ring = 0; ring + 1 < rings.length; ring++) {
      const [a, b] = [ring * sides + side, ring * sides + next];
      faces.push(a, a + sides, b + sides, a, b + sides, b);
    }
    const last = (rings.length - 1) * sides;
    faces.push(lower, last + next, last + side);
  }
  return surface(Float32Array.from([...vertices, ...poles].flat()), Int32Array.from(faces));
}
