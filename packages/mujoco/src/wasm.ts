import loadMujoco from '@mujoco/mujoco';
import type { MainModule, MjData, MjModel } from '@mujoco/mujoco';

import { simulation } from './simulation.ts';
import type { Engine, Machine, Simulation } from './simulation.ts';
import { withoutFiles } from './without-files.ts';

// All simulations of a thread share one WebAssembly module.
let engine: Promise<Engine> | undefined;

/** MuJoCo's WebAssembly build, one per thread; its memory is freed with the thread. */
export function mujocoWasm(): Promise<Engine> {
  engine ??= loadMujoco().then(wasmEngine);
  return engine;
}

function wasmEngine(mujoco: MainModule): Engine {
  // Simulations of one model share its compiled form.
  const models = new Map<string, MjModel>();
  return {
    simulate(mjcf): Simulation {
      const model = models.get(mjcf) ?? compile(mujoco, withoutFiles(mjcf));
      models.set(mjcf, model);
      return simulation(machine(mujoco, model, new mujoco.MjData(model)));
    },
  };
}

/** Without automatic resets a bad state stays visible. */
function compile(mujoco: MainModule, mjcf: string): MjModel {
  const model = mujoco.MjModel.from_xml_string(mjcf);
  model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_AUTORESET.value;
  return model;
}

// Bytes from mjData.warning to mjData.energy in MuJoCo 3.14: no pointer lies between, so they are those of every platform.
const warningToEnergy = 392;

function machine(mujoco: MainModule, model: MjModel, data: MjData): Machine {
  const integration = mujoco.mjtState.mjSTATE_INTEGRATION.value;
  return {
    timestep: model.opt.timestep,
    controls: model.nu,
    geoms: {
      type: Int32Array.from(model.geom_type),
      size: Float64Array.from(model.geom_size),
      rgba: Float32Array.from(model.geom_rgba),
    },
    views: () => ({
      qpos: data.qpos,
      qvel: data.qvel,
      ctrl: data.ctrl,
      xpos: data.xpos,
      sensordata: data.sensordata,
      cfrc_ext: data.cfrc_ext,
      geom_xpos: data.geom_xpos,
      geom_xmat: data.geom_xmat,
      warning: new Int32Array(data.energy.buffer, data.energy.byteOffset - warningToEnergy, 14),
    }),
    resetData: () => mujoco.mj_resetData(model, data),
    forward: () => mujoco.mj_forward(model, data),
    substep: () => mujoco.mj_step(model, data),
    contactForces: () => mujoco.mj_rnePostConstraint(model, data),
    state(): Float64Array {
      const buffer = new mujoco.DoubleBuffer(mujoco.mj_stateSize(model, integration));
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
