import { checkMotion } from './check-motion.ts';
import { checkLength, checkNumbers } from './check-numbers.ts';
import { massMatrix, siteJacobian } from './dynamics.ts';
import type { Fields, Workings } from './fields.ts';
import { idOf, type Names } from './id-of.ts';
import type { Simulation } from './simulation.ts';

/** MuJoCo's own operations on a model and its data, as an engine has them. */
export interface Machine extends Names, Pick<Simulation, 'timestep' | 'geoms' | 'looks' | 'state'> {
  /** fresh views */
  readonly views: () => Fields & Workings;
  readonly stateSize: number;
  readonly setState: (state: ArrayLike<number>) => void;
  readonly ncon: () => number;
  readonly resetData: () => void;
  readonly forward: () => void;
  readonly substep: () => void;
  readonly step1: () => void;
  readonly step2: () => void;
  readonly contactForces: () => void;
}

// Bytes of an mjContact, and those before its two geoms, as numbers of 4 bytes; without pointers they are those of every platform.
const contactSize = 584 / 4;
const contactGeoms = 540 / 4;

/** The simulation that a machine runs. */
export function simulation(machine: Machine): Simulation {
  const { model } = machine;
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
    model,
    get qpos(): Float64Array {
      return current().qpos;
    },
    get qvel(): Float64Array {
      return current().qvel;
    },
    get ctrl(): Float64Array {
      return current().ctrl;
    },
    get xpos(): Float64Array {
      return current().xpos;
    },
    get xquat(): Float64Array {
      return current().xquat;
    },
    get xmat(): Float64Array {
      return current().xmat;
    },
    get sensordata(): Float64Array {
      return current().sensordata;
    },
    get cfrc_ext(): Float64Array {
      return current().cfrc_ext;
    },
    get qfrc_bias(): Float64Array {
      return current().qfrc_bias;
    },
    get geom_xpos(): Float64Array {
      return current().geom_xpos;
    },
    get geom_xmat(): Float64Array {
      return current().geom_xmat;
    },
    get site_xpos(): Float64Array {
      return current().site_xpos;
    },
    get site_xmat(): Float64Array {
      return current().site_xmat;
    },
    get cam_xpos(): Float64Array {
      return current().cam_xpos;
    },
    get cam_xmat(): Float64Array {
      return current().cam_xmat;
    },
    get ncon(): number {
      return machine.ncon();
    },
    id: (kind, name) => idOf(machine, kind, name),
    reset(qpos, qvel): void {
      if (qpos) checkNumbers('reset: qpos', qpos, current().qpos.length);
      if (qvel) checkNumbers('reset: qvel', qvel, current().qvel.length);
      machine.resetData();
      if (qpos) current().qpos.set(qpos);
      if (qvel) current().qvel.set(qvel);
      machine.forward();
    },
    step(controls, substeps): void {
      checkLength('step: controls', controls, machine.controls);
      current().ctrl.set(controls);
      for (let i = 0; i < substeps; i++) machine.substep();
      checkMotion(current());
    },
    step1: machine.step1,
    step2(): void {
      machine.step2();
      checkMotion(current());
    },
    forward: machine.forward,
    contactForces: machine.contactForces,
    contactGeom(contact, side): number {
      if (!(Number.isInteger(contact) && contact >= 0 && contact < machine.ncon())) {
        throw new RangeError(`contactGeom: contact is ${contact}, there are ${machine.ncon()}`);
      }
      return current().arena[contactSize * contact + contactGeoms + side];
    },
    siteJacobian: (site, dofs, into) => siteJacobian(model, current(), site, dofs, into),
    massMatrix: (dofs, into) => massMatrix(model, current(), dofs, into),
    looks: machine.looks,
    state: machine.state,
    setState(state): void {
      if (state.length !== machine.stateSize) {
        throw new RangeError(
          `setState: a state of ${state.length} numbers is of another model, wanted ${machine.stateSize}`,
        );
      }
      machine.setState(state);
      // What is no part of the state, such as where bodies are, follows from it; this leaves the solver another start than it had.
      machine.forward();
      machine.setState(state);
    },
  };
}
