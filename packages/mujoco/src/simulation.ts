/** Arrays inside MuJoCo's mjData, float64, row-major, under MuJoCo's names. */
export interface Fields {
  /** positions [nq] and velocities [nv] of the joints */
  readonly qpos: Float64Array;
  /** velocities of the joints [nv] */
  readonly qvel: Float64Array;
  /** positions of the bodies [nbody, 3], m; the world is body 0. They are those of the last evaluation within a substep. */
  readonly xpos: Float64Array;
  /** outputs of the model's sensors in its order [nsensordata] */
  readonly sensordata: Float64Array;
  /** torques and forces of the contacts on the bodies [nbody, 6], as `contactForces` left them; 0 after `reset` */
  readonly cfrc_ext: Float64Array;
  /** centres [ngeom, 3] and rotation matrices [ngeom, 9] of the geoms */
  readonly geom_xpos: Float64Array;
  /** rotation matrices of the geoms [ngeom, 9] */
  readonly geom_xmat: Float64Array;
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

/** One MuJoCo model in motion. Its arrays are views that the next call of a method of any simulation may detach. */
export interface Simulation extends Fields {
  /** simulated time of one substep, s */
  readonly timestep: number;
  /** length of an action */
  readonly controls: number;
  /** what the geoms look like */
  readonly geoms: Geoms;
  /** Sets positions `qpos` [nq] and velocities `qvel` [nv], with all else as at the start; without them, the model's own. */
  reset(qpos?: ArrayLike<number>, qvel?: ArrayLike<number>): void;
  /**
   * Holds `controls` for a number of `substeps`. Throws an Error where a position or velocity is no number or beyond MuJoCo's
   * limit of 10¹⁰, and where MuJoCo warns, for instance of a full buffer of contacts.
   */
  step(controls: ArrayLike<number>, substeps: number): void;
  /** Computes `cfrc_ext` of the last substep (mj_rnePostConstraint). */
  contactForces(): void;
  /** The full state (mjSTATE_INTEGRATION), from which a step is repeated exactly. */
  state(): Float64Array;
  /** Goes back to a state that `state` gave. */
  setState(state: ArrayLike<number>): void;
}

/** A build of MuJoCo that makes simulations. */
export interface Engine {
  /** A simulation of a model, the XML text `mjcf`. Throws an Error with MuJoCo's message where the model is not valid. */
  simulate(mjcf: string): Simulation;
}

/** MuJoCo's own operations on a model and its data, as an engine has them. */
export interface Machine extends Pick<Simulation, 'timestep' | 'controls' | 'geoms' | 'state' | 'setState'> {
  /** fresh views: the arrays of `Fields`, ctrl [nu], and mjData.warning as pairs of last info and count */
  readonly views: () => Fields & { readonly ctrl: Float64Array; readonly warning: Int32Array };
  readonly resetData: () => void;
  readonly forward: () => void;
  readonly substep: () => void;
  readonly contactForces: () => void;
}

// MuJoCo's mjtWarning in its order.
const warnings = [
  'inertia matrix is close to singular at degree of freedom',
  'memory is full: raise <size memory> in the model; contacts:',
  'memory is full: raise <size memory> in the model; constraints:',
  'bad number in qpos at',
  'bad number in qvel at',
  'bad number in qacc at',
  'bad number in ctrl at',
] as const;

/** The simulation that a machine runs. */
export function simulation(machine: Machine): Simulation {
  let views = machine.views();

  /** WebAssembly's memory moves when it grows, and views of it become empty. */
  function current(): typeof views {
    if (views.warning.length === 0) views = machine.views();
    return views;
  }

  return {
    timestep: machine.timestep,
    controls: machine.controls,
    geoms: machine.geoms,
    get qpos(): Float64Array {
      return current().qpos;
    },
    get qvel(): Float64Array {
      return current().qvel;
    },
    get xpos(): Float64Array {
      return current().xpos;
    },
    get sensordata(): Float64Array {
      return current().sensordata;
    },
    get cfrc_ext(): Float64Array {
      return current().cfrc_ext;
    },
    get geom_xpos(): Float64Array {
      return current().geom_xpos;
    },
    get geom_xmat(): Float64Array {
      return current().geom_xmat;
    },
    reset(qpos, qvel): void {
      machine.resetData();
      if (qpos) current().qpos.set(qpos);
      if (qvel) current().qvel.set(qvel);
      machine.forward();
    },
    step(controls, substeps): void {
      current().ctrl.set(controls);
      for (let i = 0; i < substeps; i++) machine.substep();
      const { qpos, qvel, warning } = current();
      checkLimit('qpos', qpos);
      checkLimit('qvel', qvel);
      checkWarnings(warning);
    },
    contactForces: machine.contactForces,
    state: machine.state,
    setState(state): void {
      machine.setState(state);
      // What is no part of the state, such as where bodies are, follows from it; this leaves the solver another start than it had.
      machine.forward();
      machine.setState(state);
    },
  };
}

function checkLimit(name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(values[i]) < 1e10)) {
      throw new Error(`the simulation diverged: ${name}[${i}] is ${values[i]}`);
    }
  }
}

function checkWarnings(warning: Int32Array): void {
  for (let i = 0; i < warnings.length; i++) {
    if (warning[2 * i + 1] !== 0) throw new Error(`MuJoCo warns: ${warnings[i]} ${warning[2 * i]}`);
  }
}
