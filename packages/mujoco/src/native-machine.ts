import { kinds } from './fields.ts';
import type { Fields, Model, Workings } from './fields.ts';
import type { Machine } from './machine.ts';
import type { NativeFunctions } from './native-functions.ts';
import { inData, inModel } from './native-layout.ts';
import type { Count, Named } from './native-layout.ts';
import { nativeLooks } from './raster/native-looks.ts';

/** mjSTATE_INTEGRATION */
const integration = 0x3fff;
/** mjDSBL_AUTORESET: without automatic resets a bad state stays visible. */
const noAutoreset = 1 << 16;

/** A compiled model with data of its own. */
export function nativeMachine(mujoco: NativeFunctions, model: bigint): Machine {
  const data = mujoco.makeData(model);
  const flags = model + inModel.disableflags;
  mujoco.putInt(flags, mujoco.int(flags) | noAutoreset);
  const of = modelArrays(mujoco, model);
  const views = viewsOf(mujoco, data, of.count);
  const stateSize = mujoco.stateSize(model, integration);

  return {
    timestep: mujoco.double(model + inModel.timestep),
    controls: of.count('nu'),
    geoms: {
      type: of.integers('geom_type', 'ngeom'),
      size: of.doubles('geom_size', 'ngeom', 3),
      rgba: new Float32Array(of.bytes('geom_rgba', 16 * of.count('ngeom'))),
    },
    model: modelOf(of),
    views: () => views,
    id: (kind, name) => mujoco.id(model, kinds[kind], name),
    name: (kind, id) => mujoco.name(model, kinds[kind], id) ?? '',
    ncon: () => mujoco.int(data + inData.ncon),
    resetData: () => mujoco.resetData(model, data),
    forward: () => mujoco.forward(model, data),
    substep: () => mujoco.step(model, data),
    step1: () => mujoco.step1(model, data),
    step2: () => mujoco.step2(model, data),
    contactForces: () => mujoco.rnePostConstraint(model, data),
    looks: () => nativeLooks(mujoco, model),
    stateSize,
    state(): Float64Array {
      const state = new Float64Array(stateSize);
      mujoco.getState(model, data, state, integration);
      return state;
    },
    setState: (state) => mujoco.setState(model, data, Float64Array.from(state), integration),
  };
}

/** Copies of the arrays of a model, of which `per` numbers belong to each of what is counted. */
interface ModelArrays {
  readonly count: (name: Count) => number;
  readonly bytes: (name: Named, length: number) => ArrayBuffer;
  readonly integers: (name: Named, counted: Count) => Int32Array;
  readonly doubles: (name: Named, counted: Count, per: number) => Float64Array;
}

function modelArrays(mujoco: NativeFunctions, model: bigint): ModelArrays {
  const count = (name: Count): number => mujoco.size(model + inModel[name]);
  const bytes = (name: Named, length: number): ArrayBuffer =>
    mujoco.memory(mujoco.pointer(model + inModel[name]), length).slice(0);
  return {
    count,
    bytes,
    integers: (name, counted) => new Int32Array(bytes(name, 4 * count(counted))),
    doubles: (name, counted, per) => new Float64Array(bytes(name, 8 * per * count(counted))),
  };
}

function modelOf({ integers, doubles }: ModelArrays): Model {
  return {
    actuator_ctrlrange: doubles('actuator_ctrlrange', 'nu', 2),
    jnt_qposadr: integers('jnt_qposadr', 'njnt'),
    jnt_dofadr: integers('jnt_dofadr', 'njnt'),
    geom_bodyid: integers('geom_bodyid', 'ngeom'),
    site_bodyid: integers('site_bodyid', 'nsite'),
    body_parentid: integers('body_parentid', 'nbody'),
    body_rootid: integers('body_rootid', 'nbody'),
    body_dofnum: integers('body_dofnum', 'nbody'),
    body_dofadr: integers('body_dofadr', 'nbody'),
    dof_parentid: integers('dof_parentid', 'nv'),
    M_rownnz: integers('M_rownnz', 'nv'),
    M_rowadr: integers('M_rowadr', 'nv'),
    M_colind: integers('M_colind', 'nC'),
  };
}

function viewsOf(mujoco: NativeFunctions, data: bigint, count: (name: Count) => number): Fields & Workings {
  // All arrays of mjData lie in one block.
  const buffer = mujoco.pointer(data + inData.buffer);
  const memory = mujoco.memory(buffer, mujoco.size(data + inData.nbuffer));
  const doubles = (name: keyof typeof inData, counted: Count, per = 1): Float64Array =>
    new Float64Array(memory, Number(mujoco.pointer(data + inData[name]) - buffer), per * count(counted));
  const arena = mujoco.memory(mujoco.pointer(data + inData.arena), mujoco.size(data + inData.narena));
  return {
    qpos: doubles('qpos', 'nq'),
    qvel: doubles('qvel', 'nv'),
    ctrl: doubles('ctrl', 'nu'),
    xpos: doubles('xpos', 'nbody', 3),
    xquat: doubles('xquat', 'nbody', 4),
    xmat: doubles('xmat', 'nbody', 9),
    sensordata: doubles('sensordata', 'nsensordata'),
    cfrc_ext: doubles('cfrc_ext', 'nbody', 6),
    qfrc_bias: doubles('qfrc_bias', 'nv'),
    geom_xpos: doubles('geom_xpos', 'ngeom', 3),
    geom_xmat: doubles('geom_xmat', 'ngeom', 9),
    site_xpos: doubles('site_xpos', 'nsite', 3),
    site_xmat: doubles('site_xmat', 'nsite', 9),
    cam_xpos: doubles('cam_xpos', 'ncam', 3),
    cam_xmat: doubles('cam_xmat', 'ncam', 9),
    subtree_com: doubles('subtree_com', 'nbody', 3),
    cdof: doubles('cdof', 'nv', 6),
    M: doubles('M', 'nC'),
    arena: new Int32Array(arena, 0, arena.byteLength >> 2),
    warning: new Int32Array(mujoco.memory(data + inData.warning, 56)),
  };
}
