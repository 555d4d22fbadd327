import loadMujoco from '@mujoco/mujoco';
import type { MainModule, MjModel } from '@mujoco/mujoco';

/** One MuJoCo model in motion: float64 state, stepped in place. */
export interface Simulation {
  /** simulated time of one substep, s */
  readonly timestep: number;
  /** positions and velocities; views that the next call of any method of any simulation may detach */
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  /** length of an action */
  readonly controls: number;
  /** Sets positions and velocities with all else as at the start; without them, the model's own. */
  reset(qpos?: ArrayLike<number>, qvel?: ArrayLike<number>): void;
  /** Holds the controls for a number of substeps. */
  step(controls: ArrayLike<number>, substeps: number): void;
  /** The full state (MuJoCo's mjSTATE_INTEGRATION), from which a step is repeated exactly. */
  state(): Float64Array;
  setState(state: readonly number[]): void;
}

// All simulations of a thread share one WebAssembly module, and those of one model its compiled form.
let mujoco: Promise<MainModule> | undefined;
const models = new Map<string, MjModel>();

/** A simulation of a model in MJCF. Its memory (about 1.3 MB) is freed with the thread. */
export async function simulate(xml: string): Promise<Simulation> {
  mujoco ??= loadMujoco();
  const engine = await mujoco;
  const model = models.get(xml) ?? engine.MjModel.from_xml_string(xml);
  models.set(xml, model);
  const data = new engine.MjData(model);
  const integration = engine.mjtState.mjSTATE_INTEGRATION.value;
  let views = acquire();

  function acquire(): { qpos: Float64Array; qvel: Float64Array; ctrl: Float64Array } {
    return { qpos: data.qpos, qvel: data.qvel, ctrl: data.ctrl };
  }

  /** The heap moves when it grows, and views of it become empty. */
  function current(): typeof views {
    if (views.qpos.length === 0) views = acquire();
    return views;
  }

  return {
    timestep: model.opt.timestep,
    controls: model.nu,
    get qpos(): Float64Array {
      return current().qpos;
    },
    get qvel(): Float64Array {
      return current().qvel;
    },
    reset(qpos, qvel): void {
      engine.mj_resetData(model, data);
      if (qpos) current().qpos.set(qpos);
      if (qvel) current().qvel.set(qvel);
      engine.mj_forward(model, data);
    },
    step(controls, substeps): void {
      current().ctrl.set(controls);
      for (let i = 0; i < substeps; i++) engine.mj_step(model, data);
    },
    state(): Float64Array {
      const buffer = new engine.DoubleBuffer(engine.mj_stateSize(model, integration));
      try {
        engine.mj_getState(model, data, buffer, integration);
        return Float64Array.from(buffer.GetView());
      } finally {
        buffer.delete();
      }
    },
    setState(state): void {
      engine.mj_setState(model, data, [...state], integration);
    },
  };
}
