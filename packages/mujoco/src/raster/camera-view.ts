import type { RgbPicture } from '@dppo/env';

import type { Geoms } from '../fields.ts';
import type { Simulation } from '../simulation.ts';
import type { Solid } from './camera.ts';
import { geomSurface } from './geom-surface.ts';
import type { Looks } from './looks.ts';
import { type PictureOptions, rasteriser } from './rasteriser.ts';

/** What of a model is drawn. */
export interface CameraViewOptions extends PictureOptions {
  /** groups of geoms that are seen; absent: those that MuJoCo's viewer shows at first, 0, 1 and 2 */
  readonly groups?: readonly number[];
}

/**
 * Pictures by a camera of a model: what it gives draws any simulation of that model as the last evaluation left it, the geoms that are not
 * transparent, in their colours or those of their materials.
 *
 * @param simulation - one of the model
 * @param name - of the camera in the model
 * @throws Error where the model has no such camera, RangeError where the picture has no pixels or a simulation is of another model
 */
export function cameraView(
  simulation: Simulation,
  name: string,
  { groups = [0, 1, 2], ...options }: CameraViewOptions,
): (simulation: Simulation) => RgbPicture {
  const draw = rasteriser(options);
  const camera = simulation.id('camera', name);
  const looks = simulation.looks();
  const parts = partsOf(simulation, looks, groups);
  const values = simulation.geom_xpos.length;
  return ({ geom_xpos, geom_xmat, cam_xpos, cam_xmat }) => {
    if (geom_xpos.length !== values) {
      throw new RangeError(`cameraView: a simulation of ${geom_xpos.length / 3} geoms, wanted ${values / 3}`);
    }
    return draw(
      {
        position: row(cam_xpos, 3, camera),
        rotation: row(cam_xmat, 9, camera),
        fovy: looks.cam_fovy[camera],
      },
      parts.map(({ surface, color, geom }) => ({
        surface,
        color,
        position: row(geom_xpos, 3, geom),
        rotation: row(geom_xmat, 9, geom),
      })),
    );
  };
}

/** A geom and how it looks wherever it is. */
interface Part extends Pick<Solid, 'surface' | 'color'> {
  readonly geom: number;
}

function partsOf({ geoms }: Simulation, looks: Looks, groups: readonly number[]): Part[] {
  const parts: Part[] = [];
  for (const geom of geoms.type.keys()) {
    const [red, green, blue, opacity] = colorOf(geoms, looks, geom);
    const surface = geomSurface(geoms, looks, geom);
    if (surface && opacity > 0 && groups.includes(looks.geom_group[geom])) {
      parts.push({ geom, surface, color: [red, green, blue] });
    }
  }
  return parts;
}

/** A geom has its own colour, unless that is the one of geoms that are given none, and it has a material. */
function colorOf({ rgba }: Geoms, { geom_matid, mat_rgba }: Looks, geom: number): Float32Array {
  const own = rgba.subarray(4 * geom, 4 * geom + 4);
  const material = geom_matid[geom];
  const isGiven = own.join() !== '0.5,0.5,0.5,1';
  return material === -1 || isGiven ? own : mat_rgba.subarray(4 * material, 4 * material + 4);
}

function row(values: Float64Array, length: number, i: number): Float64Array {
  return values.subarray(length * i, length * (i + 1));
}
