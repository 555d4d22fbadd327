import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { box } from './box.ts';
import { type Camera, focalLength, type Solid } from './camera.ts';
import { rasteriser } from './rasteriser.ts';
import { rectangle } from './rectangle.ts';
import { ellipsoid } from './revolved.ts';
import { surface, type Surface } from './surface.ts';

const upright = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** Looks down from a height, x to the right and y up. */
const above = (z: number): Camera => ({ position: [0, 0, z], rotation: upright, fovy: 90 });
/** Looks along y from a height, x to the right and z up. */
const level = (z: number): Camera => ({
  position: [0, 0, z],
  rotation: [1, 0, 0, 0, 0, -1, 0, 1, 0],
  fovy: 90,
});

const red = [1, 0, 0];
const green = [0, 1, 0];
const at = (shape: Surface, position: number[], color = red): Solid => ({
  surface: shape,
  position,
  rotation: upright,
  color,
});

/** Rows of a picture: r, g or · where nothing is. */
function drawn(camera: Camera, solids: readonly Solid[], width = 8, height = 8): string[] {
  const { rgb } = rasteriser({ width, height, background: [0, 0, 0] })(camera, solids);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, column) => {
      const [r, g] = rgb.subarray(3 * (row * width + column));
      return r > 0 ? 'r' : g > 0 ? 'g' : '·';
    }).join(''),
  );
}

/** With corners that lie exactly opposite to one another, as those of what is round do not. */
function octahedron(x: number, z: number): Surface {
  const vertices = Float32Array.of(x, 0, 0, -x, 0, 0, 0, 0.7, 0, 0, -0.7, 0, 0, 0, z, 0, 0, -z);
  const upper = [4, 0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0];
  const lower = [5, 2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3];
  return surface(vertices, Int32Array.of(...upper, ...lower));
}

it('focalLength is height / (2 tan(fovy / 2))', () => {
  expect(focalLength(above(1), 100)).toBeCloseTo(50, 12);
  expect(focalLength({ ...above(1), fovy: 60 }, 100)).toBeCloseTo(50 * Math.sqrt(3), 12);
});

describe('rasteriser', () => {
  it('projects by u = width / 2 + f x / z, v = height / 2 − f y / z', () => {
    // f = 4 pixels. 2 m below, the corners (0, 0) and (1, 1.5) are at u = 4 and 6, v = 4 and 1.
    expect(drawn(above(2), [at(rectangle([0.5, 0.75]), [0.5, 0.75, 0])])).toEqual([
      '········',
      '····rr··',
      '····rr··',
      '····rr··',
      '········',
      '········',
      '········',
      '········',
    ]);
    // 4 m below it is half as wide and high: u = 4 and 5, v = 4 and 2.5, whose middle is on the upper edge.
    const [top, second, third, ...rest] = drawn(above(4), [at(rectangle([0.5, 0.75]), [0.5, 0.75, 0])]);
    expect([top, second, third, rest[0]]).toEqual(['········', '········', '····r···', '····r···']);
  });

  it('keeps pixels square where the picture is wider than high', () => {
    // f = 2 pixels.
    expect(drawn(above(2), [at(rectangle([1, 1]), [0, 0, 0])], 8, 4)).toEqual([
      '········',
      '···rr···',
      '···rr···',
      '········',
    ]);
  });

  it('draws the nearer solid over the farther one, whichever comes first', () => {
    const solids = [at(rectangle([0.5, 0.5]), [0, 0, 1], red), at(rectangle([3, 3]), [0, 0, 0], green)];
    // The red one is 1 m below, from u = 2 to 6; the green one 2 m, over all of the picture.
    const want = [...Array(2).fill('gggggggg'), ...Array(4).fill('ggrrrrgg'), ...Array(2).fill('gggggggg')];
    expect(drawn(above(2), solids)).toEqual(want);
    expect(drawn(above(2), solids.toReversed())).toEqual(want);
  });

  it('draws solids through one another by what is nearer at each pixel', () => {
    // A plane that rises to the right, z = x, and one at 0: it is nearer where x is above 0.
    const s = Math.SQRT1_2;
    const rising: Solid = { ...at(rectangle([0, 0]), [0, 0, 0]), rotation: [s, 0, -s, 0, 1, 0, s, 0, s] };
    expect(drawn(above(2), [rising, at(rectangle([0, 0]), [0, 0, 0], green)])).toEqual(
      Array(8).fill('ggggrrrr'),
    );
  });

  it('cuts off what is behind the camera: a floor reaches up to the horizon', () => {
    const floor = at(rectangle([0, 0]), [0, 0, 0]);
    expect(drawn(level(1), [floor])).toEqual([...Array(4).fill('········'), ...Array(4).fill('rrrrrrrr')]);
  });

  it('does not see what is behind the camera, beside the picture or turned away', () => {
    const nothing = Array(8).fill('········');
    expect(drawn(level(0), [at(box([1, 1, 1]), [0, -3, 0])])).toEqual(nothing);
    expect(drawn(level(0), [at(box([1, 1, 1]), [9, 3, 0])])).toEqual(nothing);
    expect(drawn(above(-1), [at(rectangle([1, 1]), [0, 0, -2])])).not.toEqual(nothing);
    expect(
      drawn(above(-1), [
        at({ ...rectangle([1, 1]), normals: rectangle([1, 1]).normals.map((n) => -n) }, [0, 0, -2]),
      ]),
    ).toEqual(nothing);
  });

  it('sees out of a solid that it is in', () => {
    expect(drawn(level(0), [at(box([1, 1, 1]), [0, 0, 0])])).toEqual(Array(8).fill('········'));
  });

  it('shades a face by 0.6 + 0.4 n·l', () => {
    const draw = rasteriser({ width: 1, height: 1, background: [0.2, 0.4, 0.6] });
    // From above n·l is 0.9, the light's z.
    expect([...draw(above(2), [at(box([1, 1, 1]), [0, 0, 0], [1, 0.5, 0])]).rgb]).toEqual([245, 122, 0]);
    // The side at −y has n·l = −0.24.
    expect([...draw(level(0), [at(box([1, 1, 1]), [0, 3, 0], [1, 0.5, 0])]).rgb]).toEqual([129, 64, 0]);
    expect([...draw(above(2), []).rgb]).toEqual([51, 102, 153]);
  });

  it('draws what is symmetric symmetrically', () => {
    const side = fc.double({ min: 0.2, max: 1.4, noNaN: true });
    fc.assert(
      fc.property(side, side, fc.double({ min: 2, max: 5, noNaN: true }), (x, z, distance) => {
        const rows = drawn(level(0), [at(octahedron(x, z), [0, distance, 0])], 40, 31);
        expect(rows.map((row) => row.split('').toReversed().join(''))).toEqual(rows);
        expect(rows.toReversed()).toEqual(rows);
        expect(rows[15]).toContain('r');
      }),
    );
  });

  it('depends on nothing but how the solids lie before the camera', () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(angle, angle, (turn, move) => {
        const [c, s] = [Math.cos(turn), Math.sin(turn)];
        const turned = (camera: Camera): Camera => {
          const [x, y, z] = [0, 1, 2].map((i) => camera.position[i]);
          const R = camera.rotation;
          const rows = [0, 1, 2].map((i) => [c * R[i] - s * R[3 + i], s * R[i] + c * R[3 + i], R[6 + i]]);
          return {
            ...camera,
            position: [c * x - s * y + move, s * x + c * y, z],
            rotation: [0, 1, 2].flatMap((i) => rows.map((column) => column[i])),
          };
        };
        const solid = at(box([0.31, 0.47, 0.23]), [0.11, 2.3, 0.17]);
        const { position, rotation } = turned({ ...solid, fovy: 0 });
        const [here, there] = [
          drawn(level(0), [solid], 16, 16),
          drawn(turned(level(0)), [{ ...solid, position, rotation }], 16, 16),
        ];
        expect(there).toEqual(here);
      }),
    );
  });

  it('is free of what it drew before', () => {
    const draw = rasteriser({ width: 9, height: 7 });
    const [near, far] = [at(box([1, 1, 1]), [0, 0, 0]), at(ellipsoid([3, 3, 3]), [0, 0, -5])];
    const first = draw(above(3), [far]);
    draw(above(3), [near]);
    expect(draw(above(3), [far])).toEqual(first);
  });

  it.each([
    [0, 4],
    [4, 1.5],
    [NaN, 4],
    [4, -1],
  ])('refuses a picture of %s × %s pixels', (width, height) => {
    expect(() => rasteriser({ width, height })).toThrow(
      `rasteriser: width is ${width}, height ${height}, wanted whole numbers of at least 1`,
    );
  });
});
