import type { Fields, Model, Workings } from './fields.ts';

/** Numbers of what is in a model. */
export type Count = 'nq' | 'nv' | 'nu' | 'nbody' | 'njnt' | 'nC' | 'ngeom' | 'nsite' | 'ncam' | 'nsensordata';
/** Arrays of a model. */
export type Named = keyof Model | 'geom_type' | 'geom_size' | 'geom_rgba';

/** Where numbers and addresses lie in MuJoCo 3.14.0's mjModel on 64-bit platforms, bytes (offsetof). */
export const inModel: Readonly<Record<Count | Named | 'timestep' | 'disableflags', bigint>> = {
  nq: 0n,
  nv: 8n,
  nu: 16n,
  nbody: 48n,
  njnt: 88n,
  nC: 120n,
  ngeom: 136n,
  nsite: 144n,
  ncam: 152n,
  nsensordata: 744n,
  timestep: 792n,
  disableflags: 1072n,
  body_parentid: 1808n,
  body_rootid: 1816n,
  body_dofnum: 1856n,
  body_dofadr: 1864n,
  jnt_qposadr: 2112n,
  jnt_dofadr: 2120n,
  dof_parentid: 2272n,
  geom_type: 2416n,
  geom_bodyid: 2448n,
  geom_size: 2528n,
  geom_rgba: 2624n,
  site_bodyid: 2640n,
  actuator_ctrlrange: 5008n,
  M_rownnz: 5608n,
  M_rowadr: 5616n,
  M_colind: 5624n,
};

/** The same of mjData. */
export const inData: Readonly<
  Record<keyof (Fields & Workings) | 'nbuffer' | 'narena' | 'ncon' | 'buffer', bigint>
> = {
  nbuffer: 8n,
  narena: 0n,
  warning: 160264n,
  ncon: 160560n,
  buffer: 160672n,
  arena: 160680n,
  qpos: 160688n,
  qvel: 160696n,
  ctrl: 160736n,
  sensordata: 160808n,
  xpos: 160840n,
  xquat: 160848n,
  xmat: 160856n,
  geom_xpos: 160896n,
  geom_xmat: 160904n,
  site_xpos: 160912n,
  site_xmat: 160920n,
  cam_xpos: 160928n,
  cam_xmat: 160936n,
  subtree_com: 160960n,
  cdof: 160968n,
  M: 161160n,
  qfrc_bias: 161272n,
  cfrc_ext: 161440n,
};
