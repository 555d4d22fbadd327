import { surface, type Surface } from './surface.ts';

/** Half the side, in metres, of what has no end. */
const reach = 1e4;

/** A rectangle of half sizes x and y, m, that is seen from +z; a side of 0 has no end, as MuJoCo's planes have none. */
export function rectangle([width, depth]: ArrayLike<number> & Iterable<number>): Surface {
  const [x, y] = [width || reach, depth || reach];
  return surface(Float32Array.of(-x, -y, 0, x, -y, 0, x, y, 0, -x, y, 0), Int32Array.of(0, 1, 2, 0, 2, 3));
}
