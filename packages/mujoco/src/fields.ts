/** Arrays inside MuJoCo's mjData, float64, row-major, under MuJoCo's names. */
export interface Fields {
  /** positions [nq] and velocities [nv] of the joints */
  readonly qpos: Float64Array;
  /** velocities of the joints [nv] */
  readonly qvel: Float64Array;
  /** controls of the actuators [nu], which `step` sets and who calls `step1` and `step2` writes */
  readonly ctrl: Float64Array;
  /** positions of the bodies [nbody, 3], m; the world is body 0. They are those of the last evaluation within a substep. */
  readonly xpos: Float64Array;
  /** orientations of the bodies [nbody, 4], w first */
  readonly xquat: Float64Array;
  /** rotation matrices of the bodies [nbody, 9] */
  readonly xmat: Float64Array;
  /** outputs of the model's sensors in its order [nsensordata] */
  readonly sensordata: Float64Array;
  /** torques and forces of the contacts on the bodies [nbody, 6], as `contactForces` left them; 0 after `reset` */
  readonly cfrc_ext: Float64Array;
  /** gravity, Coriolis and centrifugal forces on the degrees of freedom [nv] */
  readonly qfrc_bias: Float64Array;
  /** centres [ngeom, 3] and rotation matrices [ngeom, 9] of the geoms */
  readonly geom_xpos: Float64Array;
  /** rotation matrices of the geoms [ngeom, 9] */
  readonly geom_xmat: Float64Array;
  /** positions of the sites [nsite, 3], m */
  readonly site_xpos: Float64Array;
  /** rotation matrices of the sites [nsite, 9] */
  readonly site_xmat: Float64Array;
  /** positions of the cameras [ncam, 3], m */
  readonly cam_xpos: Float64Array;
  /** rotation matrices of the cameras [ncam, 9]; they look along −z, y is up */
  readonly cam_xmat: Float64Array;
}

/** Arrays that `siteJacobian`, `massMatrix` and the list of contacts are made of. */
export interface Workings {
  /** centres of mass of the subtrees [nbody, 3] */
  readonly subtree_com: Float64Array;
  /** motion of each degree of freedom about the centre of mass of its tree, rotation first [nv, 6] */
  readonly cdof: Float64Array;
  /** the mass matrix's lower triangle, in sparse rows [nC] */
  readonly M: Float64Array;
  /** what MuJoCo works in; contacts stand first */
  readonly arena: Int32Array;
  /** mjData.warning as pairs of last info and count */
  readonly warning: Int32Array;
}

/** What is fixed in a model, under MuJoCo's names. */
export interface Model {
  /** smallest and largest control of each actuator [nu, 2]; 0 … 0 without limits */
  readonly actuator_ctrlrange: Float64Array;
  /** where the positions of each joint begin in qpos [njnt] */
  readonly jnt_qposadr: Int32Array;
  /** where the velocities of each joint begin in qvel [njnt] */
  readonly jnt_dofadr: Int32Array;
  /** the body that each geom belongs to [ngeom] */
  readonly geom_bodyid: Int32Array;
  /** the body that each site belongs to [nsite] */
  readonly site_bodyid: Int32Array;
  /** the parent of each body [nbody] */
  readonly body_parentid: Int32Array;
  /** the body below the world that each body hangs on [nbody] */
  readonly body_rootid: Int32Array;
  /** degrees of freedom of each body [nbody] */
  readonly body_dofnum: Int32Array;
  /** where those of each body begin in qvel [nbody]; −1: it has none */
  readonly body_dofadr: Int32Array;
  /** the degree of freedom before each in its tree [nv]; −1: none */
  readonly dof_parentid: Int32Array;
  /** entries in each row of the sparse mass matrix [nv] */
  readonly M_rownnz: Int32Array;
  /** where each row of it begins [nv] */
  readonly M_rowadr: Int32Array;
  /** the column of each entry [nC] */
  readonly M_colind: Int32Array;
}

/** What a model's geoms look like. */
export interface Geoms {
  /** MuJoCo's mjtGeom [ngeom] */
  readonly type: Int32Array;
  /** half sizes [ngeom, 3], m */
  readonly size: Float64Array;
  /** colours [ngeom, 4], 0–1 */
  readonly rgba: Float32Array;
}

/** What in a model has names: MuJoCo's mjtObj. */
export const kinds = { body: 1, joint: 3, geom: 5, site: 6, camera: 7, actuator: 19, sensor: 20 } as const;

/** A kind of named things in a model. */
export type Kind = keyof typeof kinds;
