import type { Fields, Geoms, Kind, Model } from './fields.ts';
import type { Looks } from './raster/looks.ts';

/** Files beside a model by the names that it has for them. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** One MuJoCo model in motion. Its arrays are views that the next call of a method of any simulation may detach. */
export interface Simulation extends Fields {
  /** simulated time of one substep, s */
  readonly timestep: number;
  /** length of an action */
  readonly controls: number;
  /** what the geoms look like */
  readonly geoms: Geoms;
  /** what is fixed in the model */
  readonly model: Model;
  /** contacts that the last evaluation found */
  readonly ncon: number;
  /** The number of the thing of a `kind` that the model calls `name`. Throws an Error that lists what there is where it has none of that name. */
  id(kind: Kind, name: string): number;
  /**
   * Sets positions `qpos` [nq] and velocities `qvel` [nv], with all else as at the start; without them, the model's own. Throws a
   * RangeError for another number of them, and where one is not finite.
   */
  reset(qpos?: ArrayLike<number>, qvel?: ArrayLike<number>): void;
  /**
   * Holds `controls` for a number of `substeps`. Throws an Error where a position or velocity is no number or beyond MuJoCo's
   * limit of 10¹⁰, and where MuJoCo warns, for instance of a full buffer of contacts; a RangeError for another number of controls.
   */
  step(controls: ArrayLike<number>, substeps: number): void;
  /** The first part of a substep, up to what does not depend on `ctrl` (mj_step1): what a controller reads is that of now. */
  step1(): void;
  /** The second part, with what is in `ctrl` (mj_step2); by semi-implicit Euler where the model says RK4. Errors as of `step`. */
  step2(): void;
  /** Computes positions and all else that follows from qpos, qvel and ctrl, without a step (mj_forward). */
  forward(): void;
  /** Computes `cfrc_ext` of the last substep (mj_rnePostConstraint). */
  contactForces(): void;
  /** One of the two geoms of a `contact` below `ncon`, `side` 0 or 1. Throws a RangeError where there is no such contact. */
  contactGeom(contact: number, side: 0 | 1): number;
  /**
   * The Jacobian of a `site` by degrees of freedom `dofs` [n], position before rotation, row-major into `into` [6, n].
   *
   * @throws RangeError where there is no such site or degree of freedom, or `into` has another length
   */
  siteJacobian(site: number, dofs: Int32Array, into: Float64Array): void;
  /**
   * The mass matrix's rows and columns of degrees of freedom `dofs` [n] into `into` [n, n].
   *
   * @throws RangeError where there is no such degree of freedom, or `into` has another length
   */
  massMatrix(dofs: Int32Array, into: Float64Array): void;
  /** What geoms and cameras look like, a copy. */
  looks(): Looks;
  /** The full state (mjSTATE_INTEGRATION), from which a step is repeated exactly. */
  state(): Float64Array;
  /** Goes back to a state that `state` gave. Throws a RangeError for one of another length, which is of another model. */
  setState(state: ArrayLike<number>): void;
}

/** A build of MuJoCo that makes simulations. */
export interface Engine {
  /**
   * A simulation of a model, the XML text `mjcf`, with meshes, fields of heights, textures and skins out of `files`, none by default.
   * Models are kept by text and `files`: hand over the same object for the same files. Throws an Error with MuJoCo's message in a
   * line where the model is not valid, and one that names the file that is not among them.
   */
  simulate(mjcf: string, files?: Files): Simulation;
}
