/** What a model's geoms and cameras look like, under MuJoCo's names. */
export interface Looks {
  /** group of each geom [ngeom] */
  readonly geom_group: Int32Array;
  /** the mesh of each geom that is one [ngeom] */
  readonly geom_dataid: Int32Array;
  /** the material of each geom [ngeom]; −1: none */
  readonly geom_matid: Int32Array;
  /** colours of the materials [nmat, 4], 0–1 */
  readonly mat_rgba: Float32Array;
  /** height of each camera's view [ncam], degrees */
  readonly cam_fovy: Float64Array;
  /** first vertex of each mesh [nmesh] */
  readonly mesh_vertadr: Int32Array;
  /** vertices of each mesh [nmesh] */
  readonly mesh_vertnum: Int32Array;
  /** first face of each mesh [nmesh] */
  readonly mesh_faceadr: Int32Array;
  /** faces of each mesh [nmesh] */
  readonly mesh_facenum: Int32Array;
  /** vertices of all meshes [nmeshvert, 3], m */
  readonly mesh_vert: Float32Array;
  /** three vertices of its mesh for each face [nmeshface, 3] */
  readonly mesh_face: Int32Array;
}
