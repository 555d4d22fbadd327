import type { Capsule, Drawing } from '@dppo/env';

import type { Simulation } from './simulation.ts';

// MuJoCo's mjtGeom.
const plane = 0;
const sphere = 2;
const capsule = 3;
const cylinder = 5;

const ground = [96, 108, 118] as const;
const mark = [214, 220, 224] as const;

/**
 * The geoms as seen from the side, x to the right and z up, nearer ones in front; the floor with a mark at each metre, a long one
 * at every fifth. The middle goes with the first body. Shapes other than spheres are drawn as their longest axis.
 */
export function sideView(simulation: Simulation, width: number): Drawing {
  const { geoms, geom_xpos: centers, xpos } = simulation;
  const drawn = [...geoms.type.keys()].filter(
    (geom) => geoms.type[geom] !== plane && geoms.rgba[4 * geom + 3] > 0,
  );
  drawn.sort((a, b) => centers[3 * b + 1] - centers[3 * a + 1]);
  const floor = geoms.type.indexOf(plane);
  return {
    center: [xpos[3], Math.max(0.26 * width, xpos[5] - 0.1 * width)],
    width,
    shapes: [
      ...(floor < 0 ? [] : floorShapes(xpos[3], centers[3 * floor + 2], width)),
      ...drawn.map((geom) => shape(simulation, geom)),
    ],
  };
}

function floorShapes(middle: number, z: number, width: number): Capsule[] {
  const depth = width / 2;
  const shapes: Capsule[] = [
    { from: [middle - width, z - depth], to: [middle + width, z - depth], radius: depth, color: ground },
  ];
  for (let x = Math.ceil(middle - width); x <= middle + width; x++) {
    const length = (x % 5 === 0 ? 0.09 : 0.04) * width;
    shapes.push({ from: [x, z - 0.01 * width], to: [x, z - length], radius: 0.005 * width, color: mark });
  }
  return shapes;
}

function shape({ geoms, geom_xpos: centers, geom_xmat: rotations }: Simulation, geom: number): Capsule {
  const { axis, half, radius } = longestAxis(geoms.type[geom], geoms.size.subarray(3 * geom, 3 * geom + 3));
  const [x, z] = [centers[3 * geom], centers[3 * geom + 2]];
  const [dx, dz] = [half * rotations[9 * geom + axis], half * rotations[9 * geom + 6 + axis]];
  const [red, green, blue] = geoms.rgba
    .subarray(4 * geom, 4 * geom + 3)
    .map((part) => Math.round(255 * part));
  return { from: [x - dx, z - dz], to: [x + dx, z + dz], radius, color: [red, green, blue] };
}

/** The axis of the geom's frame along which it is longest, from end to end without the round caps. */
function longestAxis(type: number, size: Float64Array): { axis: number; half: number; radius: number } {
  if (type === sphere) return { axis: 2, half: 0, radius: size[0] };
  if (type === capsule || type === cylinder) return { axis: 2, half: size[1], radius: size[0] };
  const axis = size.indexOf(Math.max(...size));
  const radius = Math.max(...size.filter((_, i) => i !== axis));
  return { axis, half: size[axis] - radius, radius };
}
