import type { NativeFunctions } from '../native-functions.ts';
import { inModel } from '../native-layout.ts';
import type { Looks } from './looks.ts';

/** Where they lie in MuJoCo 3.14.0's mjModel on 64-bit platforms, bytes (offsetof). */
const at = {
  ngeom: inModel.ngeom,
  ncam: inModel.ncam,
  nmesh: 296n,
  nmeshvert: 304n,
  nmeshface: 328n,
  nmat: 448n,
  geom_dataid: 2456n,
  geom_matid: 2464n,
  geom_group: 2472n,
  cam_fovy: 2792n,
  mesh_vertadr: 3688n,
  mesh_vertnum: 3696n,
  mesh_faceadr: 3704n,
  mesh_facenum: 3712n,
  mesh_vert: 3800n,
  mesh_face: 3824n,
  mat_rgba: 4320n,
} as const satisfies Record<string, bigint> & Record<keyof Looks, bigint>;

/** What a model of the library looks like. */
export function nativeLooks(mujoco: NativeFunctions, model: bigint): Looks {
  const count = (name: keyof typeof at): number => mujoco.size(model + at[name]);
  const bytes = (name: keyof Looks, length: number): ArrayBuffer =>
    mujoco.memory(mujoco.pointer(model + at[name]), length).slice(0);
  const integers = (name: keyof Looks, length: number): Int32Array => new Int32Array(bytes(name, 4 * length));
  const floats = (name: keyof Looks, length: number): Float32Array =>
    new Float32Array(bytes(name, 4 * length));
  const [geoms, meshes] = [count('ngeom'), count('nmesh')];
  return {
    geom_group: integers('geom_group', geoms),
    geom_dataid: integers('geom_dataid', geoms),
    geom_matid: integers('geom_matid', geoms),
    mat_rgba: floats('mat_rgba', 4 * count('nmat')),
    cam_fovy: new Float64Array(bytes('cam_fovy', 8 * count('ncam'))),
    mesh_vertadr: integers('mesh_vertadr', meshes),
    mesh_vertnum: integers('mesh_vertnum', meshes),
    mesh_faceadr: integers('mesh_faceadr', meshes),
    mesh_facenum: integers('mesh_facenum', meshes),
    mesh_vert: floats('mesh_vert', 3 * count('nmeshvert')),
    mesh_face: integers('mesh_face', 3 * count('nmeshface')),
  };
}
