import type { MjModel } from '@mujoco/mujoco';

import type { Looks } from './looks.ts';

/** What a model of WebAssembly looks like. */
export function wasmLooks(model: MjModel): Looks {
  return {
    geom_group: Int32Array.from(model.geom_group),
    geom_dataid: Int32Array.from(model.geom_dataid),
    geom_matid: Int32Array.from(model.geom_matid),
    mat_rgba: Float32Array.from(model.mat_rgba),
    cam_fovy: Float64Array.from(model.cam_fovy),
    mesh_vertadr: Int32Array.from(model.mesh_vertadr),
    mesh_vertnum: Int32Array.from(model.mesh_vertnum),
    mesh_faceadr: Int32Array.from(model.mesh_faceadr),
    mesh_facenum: Int32Array.from(model.mesh_facenum),
    mesh_vert: Float32Array.from(model.mesh_vert),
    mesh_face: Int32Array.from(model.mesh_face),
  };
}
