import type { NativeFunctions } from './native-functions.ts';
import type { Machine } from './simulation.ts';

// Where fields lie in MuJoCo 3.14.0's mjModel and mjData on 64-bit platforms, bytes (offsetof).
const inModel = {
  nq: 0n,
  nv: 8n,
  nu: 16n,
  nbody: 48n,
  ngeom: 136n,
  nsensordata: 744n,
  timestep: 792n,
  disableflags: 1072n,
  geom_type: 2416n,
  geom_size: 2528n,
  geom_rgba: 2624n,
} as const;
const inData = {
  nbuffer: 8n,
  warning: 160264n,
  buffer: 160672n,
  qpos: 160688n,
  qvel: 160696n,
  ctrl: 160736n,
  sensordata: 160808n,
  xpos: 160840n,
  geom_xpos: 160896n,
  geom_xmat: 160904n,
  cfrc_ext: 161440n,
} as const;

/** mjSTATE_INTEGRATION */
const integration = 0x3fff;
/** mjDSBL_AUTORESET: without automatic resets a bad state stays visible. */
const noAutoreset = 1 << 16;

/** A compiled model with data of its own. */
export function nativeMachine(mujoco: NativeFunctions, model: bigint): Machine {
  const data = mujoco.makeData(model);
  const count = (field: 'nq' | 'nv' | 'nu' | 'nbody' | 'ngeom' | 'nsensordata'): number =>
    mujoco.size(model + inModel[field]);
  const ngeom = count('ngeom');
  const flags = model + inModel.disableflags;
  mujoco.putInt(flags, mujoco.int(flags) | noAutoreset);

  // All arrays of mjData lie in one block.
  const buffer = mujoco.pointer(data + inData.buffer);
  const memory = mujoco.memory(buffer, mujoco.size(data + inData.nbuffer));
  const doubles = (field: keyof typeof inData, length: number): Float64Array =>
    new Float64Array(memory, Number(mujoco.pointer(data + inData[field]) - buffer), length);
  const inGeoms = (field: 'geom_type' | 'geom_size' | 'geom_rgba', bytes: number): ArrayBuffer =>
    mujoco.memory(mujoco.pointer(model + inModel[field]), bytes * ngeom).slice(0);

  const views = {
    qpos: doubles('qpos', count('nq')),
    qvel: doubles('qvel', count('nv')),
    ctrl: doubles('ctrl', count('nu')),
    sensordata: doubles('sensordata', count('nsensordata')),
    xpos: doubles('xpos', 3 * count('nbody')),
    cfrc_ext: doubles('cfrc_ext', 6 * count('nbody')),
    geom_xpos: doubles('geom_xpos', 3 * ngeom),
    geom_xmat: doubles('geom_xmat', 9 * ngeom),
    warning: new Int32Array(mujoco.memory(data + inData.warning, 56)),
  };

  return {
    timestep: mujoco.double(model + inModel.timestep),
    controls: count('nu'),
    geoms: {
      type: new Int32Array(inGeoms('geom_type', 4)),
      size: new Float64Array(inGeoms('geom_size', 24)),
      rgba: new Float32Array(inGeoms('geom_rgba', 16)),
    },
    views: () => views,
    resetData: () => mujoco.resetData(model, data),
    forward: () => mujoco.forward(model, data),
    substep: () => mujoco.step(model, data),
    contactForces: () => mujoco.rnePostConstraint(model, data),
    state(): Float64Array {
      const state = new Float64Array(mujoco.stateSize(model, integration));
      mujoco.getState(model, data, state, integration);
      return state;
    },
    setState: (state) => mujoco.setState(model, data, Float64Array.from(state), integration),
  };
}
