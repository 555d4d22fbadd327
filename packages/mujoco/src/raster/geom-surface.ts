import type { Geoms } from '../fields.ts';
import { box } from './box.ts';
import type { Looks } from './looks.ts';
import { rectangle } from './rectangle.ts';
import { capsule, cylinder, ellipsoid } from './revolved.ts';
import { surface, type Surface } from './surface.ts';

/** The surface of a geom of a model, about the geom's origin; undefined for a field of heights. */
export function geomSurface(geoms: Geoms, looks: Looks, geom: number): Surface | undefined {
  const size = geoms.size.subarray(3 * geom, 3 * geom + 3);
  // MuJoCo's mjtGeom.
  switch (geoms.type[geom]) {
    case 0:
      return rectangle(size);
    case 2:
      return ellipsoid([size[0], size[0], size[0]]);
    case 3:
      return capsule(size[0], size[1]);
    case 4:
      return ellipsoid(size);
    case 5:
      return cylinder(size[0], size[1]);
    case 6:
      return box(size);
    case 7:
    case 8:
      return mesh(looks, looks.geom_dataid[geom]);
    default:
      return undefined;
  }
}

function mesh(looks: Looks, id: number): Surface {
  const [vertex, face] = [looks.mesh_vertadr[id], looks.mesh_faceadr[id]];
  return surface(
    looks.mesh_vert.slice(3 * vertex, 3 * (vertex + looks.mesh_vertnum[id])),
    looks.mesh_face.slice(3 * face, 3 * (face + looks.mesh_facenum[id])),
  );
}
