import loadMujoco from '@mujoco/mujoco';
import type { MainModule, MjData, MjModel } from '@mujoco/mujoco';

import { compiledOnce } from './compiled-once.ts';
import { kinds } from './fields.ts';
import type { Fields, Model, Workings } from './fields.ts';
import { wasmLooks } from './raster/wasm-looks.ts';
import { simulation } from './machine.ts';
import type { Machine } from './machine.ts';
import type { Engine, Files, Simulation } from './simulation.ts';

// All simulations of a thread share one WebAssembly module.
let engine: Promise<Engine> | undefined;

/** MuJoCo's WebAssembly build, one per thread; its memory is freed with the thread. */
export function mujocoWasm(): Promise<Engine> {
  engine ??= loadMujoco().then(wasmEngine);
  return engine;
}

function wasmEngine(mujoco: MainModule): Engine {
  const compiled = compiledOnce((mjcf, files) => compile(mujoco, mjcf, files));
  return {
    simulate(mjcf, files): Simulation {
      const model = compiled(mjcf, files);
      return simulation(machine(mujoco, model, new mujoco.MjData(model)));
    },
  };
}

/** Without automatic resets a bad state stays visible. */
function compile(mujoco: MainModule, mjcf: string, files: Files): MjModel {
  const vfs = new mujoco.MjVFS();
  try {
    for (const [name, bytes] of Object.entries(files)) vfs.addBuffer(name, bytes);
    const model = mujoco.MjModel.from_xml_string(mjcf, vfs);
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET.value;
    return model;
  } finally {
    vfs.delete();
  }
}

// Bytes from mjData.warning to mjData.energy in MuJoCo 3.14: no pointer lies between, so they are those of every platform.
const warningToEnergy = 392;

function machine(mujoco: MainModule, model: MjModel, data: MjData): Machine {
  const integration = mujoco.mjtState.mjSTATE_INTEGRATION.value;
  const stateSize = mujoco.mj_stateSize(model, integration);
  return {
    timestep: model.opt.timestep,
    controls: model.nu,
    geoms: {
      type: Int32Array.from(model.geom_type),
      size: Float64Array.from(model.geom_size),
      rgba: Float32Array.from(model.geom_rgba),
    },
    model: modelOf(model),
    views: () => viewsOf(data),
    id: (kind, name) => mujoco.mj_name2id(model, kinds[kind], name),
    name: (kind, id) => mujoco.mj_id2name(model, kinds[kind], id),
    ncon: () => data.ncon,
    resetData: () => mujoco.mj_resetData(model, data),
    forward: () => mujoco.mj_forward(model, data),
    substep: () => mujoco.mj_step(model, data),
    step1: () => mujoco.mj_step1(model, data),
    step2: () => mujoco.mj_step2(model, data),
    contactForces: () => mujoco.mj_rnePostConstraint(model, data),
    looks: () => wasmLooks(model),
    stateSize,
    state(): Float64Array {
      const buffer = new mujoco.DoubleBuffer(stateSize);
      try {
        mujoco.mj_getState(model, data, buffer, integration);
        return Float64Array.from(buffer.GetView());
      } finally {
        buffer.delete();
      }
    },
    setState: (state) => mujoco.mj_setState(model, data, Array.from(state), integration),
  };
}

function modelOf(model: MjModel): Model {
  return {
    actuator_ctrlrange: Float64Array.from(model.actuator_ctrlrange),
    jnt_qposadr: Int32Array.from(model.jnt_qposadr),
    jnt_dofadr: Int32Array.from(model.jnt_dofadr),
    geom_bodyid: Int32Array.from(model.geom_bodyid),
    site_bodyid: Int32Array.from(model.site_bodyid),
    body_parentid: Int32Array.from(model.body_parentid),
    body_rootid: Int32Array.from(model.body_rootid),
    body_dofnum: Int32Array.from(model.body_dofnum),
    body_dofadr: Int32Array.from(model.body_dofadr),
    dof_parentid: Int32Array.from(model.dof_parentid),
    M_rownnz: Int32Array.from(model.M_rownnz),
    M_rowadr: Int32Array.from(model.M_rowadr),
    M_colind: Int32Array.from(model.M_colind),
  };
}

function viewsOf(data: MjData): Fields & Workings {
  return {
    qpos: data.qpos,
    qvel: data.qvel,
    ctrl: data.ctrl,
    xpos: data.xpos,
    xquat: data.xquat,
    xmat: data.xmat,
    sensordata: data.sensordata,
    cfrc_ext: data.cfrc_ext,
    qfrc_bias: data.qfrc_bias,
    geom_xpos: data.geom_xpos,
    geom_xmat: data.geom_xmat,
    site_xpos: data.site_xpos,
    site_xmat: data.site_xmat,
    cam_xpos: data.cam_xpos,
    cam_xmat: data.cam_xmat,
    subtree_com: data.subtree_com,
    cdof: data.cdof,
    M: data.M,
    arena: new Int32Array(data.arena.buffer, data.arena.byteOffset, data.arena.byteLength >> 2),
    warning: new Int32Array(data.energy.buffer, data.energy.byteOffset - warningToEnergy, 14),
  };
}
