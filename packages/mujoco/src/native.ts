import { compiledOnce } from './compiled-once.ts';
import { simulation } from './machine.ts';
import { nativeFunctions } from './native-functions.ts';
import { nativeMachine } from './native-machine.ts';
import { findMujocoLibrary, version } from './provision.ts';
import type { Engine } from './simulation.ts';

/** Where `mujocoLibrary` finds the library. */
export interface LibraryOptions {
  /** of the library; absent: `findMujocoLibrary()` */
  readonly path?: string;
}

// All simulations of a thread on one library share its compiled models.
const engines = new Map<string, Promise<Engine>>();

/**
 * MuJoCo's native library through the optional package `koffi`, about twice as fast as WebAssembly and equal to it but for the
 * rounding of sine and cosine and, of meshes, the order of their hulls' faces, by which contacts are chosen; one engine per thread and
 * path. Its memory is freed with the process. Throws an Error where either is missing or another version.
 */
export async function mujocoLibrary(options: LibraryOptions = {}): Promise<Engine> {
  const path = options.path ?? findMujocoLibrary();
  if (path === undefined) {
    throw new Error(
      process.env['DPPO_LIBMUJOCO'] === undefined
        ? `mujocoLibrary: no library of MuJoCo ${version} is here: npx dppo-mujoco gets it`
        : 'mujocoLibrary: DPPO_LIBMUJOCO is empty, which means no library',
    );
  }
  const engine = engines.get(path) ?? load(path);
  engines.set(path, engine);
  return engine;
}

async function load(path: string): Promise<Engine> {
  const mujoco = await nativeFunctions(path);
  if (mujoco.version() !== version) {
    throw new Error(`mujocoLibrary: ${path} is MuJoCo ${mujoco.version()}, wanted ${version}`);
  }
  const compiled = compiledOnce(mujoco.compile);
  const engine: Engine = {
    simulate: (mjcf, files) => simulation(nativeMachine(mujoco, compiled(mjcf, files))),
  };
  checkLayout(engine, path);
  return engine;
}

/** A model with known numbers in all fields that are read. */
const probe = `
<mujoco>
  <option timestep="0.25" gravity="0 0 0"/>
  <worldbody>
    <body pos="1 2 3">
      <joint name="x" type="slide" axis="1 0 0"/>
      <geom type="capsule" size="0.5 0.75" rgba="0.25 0.5 0.75 1"/>
    </body>
  </worldbody>
  <actuator><motor joint="x"/></actuator>
  <sensor><jointpos joint="x"/></sensor>
</mujoco>`;

/** Throws an Error where the platform lays MuJoCo's structures out in another way. */
function checkLayout(engine: Engine, path: string): void {
  const made = engine.simulate(probe);
  made.reset([4], [5]);
  const read = [
    [made.timestep, made.controls, ...made.qpos, ...made.qvel, ...made.sensordata],
    [...made.xpos, ...made.cfrc_ext, ...made.geom_xpos, ...made.geom_xmat],
    [...made.geoms.type, ...made.geoms.size, ...made.geoms.rgba],
  ];
  const zeros = '0,0,0,';
  const want = [
    '0.25,1,4,5,4',
    `${zeros}5,2,3,${zeros.repeat(4)}5,2,3,1,0,0,0,1,0,0,0,1`,
    '3,0.5,0.75,0,0.25,0.5,0.75,1',
  ];
  // A control that is no number is taken as 0 with a warning.
  const warns = warningOf(() => made.step([NaN], 1));
  if (read.join(';') !== want.join(';') || !warns.includes('ctrl at 0')) {
    throw new Error(
      `mujocoLibrary: ${path} has structures of another layout: ${read.join(';')}; warning '${warns}'`,
    );
  }
}

function warningOf(step: () => void): string {
  try {
    step();
    return '';
  } catch (error) {
    return String(error);
  }
}
