import loadMujoco from '@mujoco/mujoco';
import { describe, expect, it } from 'vitest';

import { findMujocoLibrary, mujocoLibrary, mujocoWasm } from '../index.ts';
import type { Engine, Simulation } from '../simulation.ts';
import { cameraView, type CameraViewOptions } from './camera-view.ts';

/** A geom of each kind, in a colour that tells it from the others, before a camera that looks down from the side. */
const table = `
<mujoco>
  <size memory="256K"/>
  <asset>
    <mesh name="tip" vertex="0 0 0 0.5 0 0 0 0.5 0 0 0 0.5" face="0 2 1 0 1 3 0 3 2 1 2 3"/>
    <material name="blue" rgba="0 0 1 1"/>
  </asset>
  <worldbody>
    <camera name="side" pos="1.1 -1.6 1.5" xyaxes="0.8 0.6 0 -0.3 0.4 0.87" fovy="30"/>
    <geom type="plane" size="0 1.5 1" rgba="1 0 0 1"/>
    <geom type="box" pos="0 0 0.4" size="0.6 0.5 0.02" rgba="0 1 0 1"/>
    <geom type="cylinder" pos="-0.3 0.2 0.57" size="0.1 0.15" euler="20 30 0" material="blue"/>
    <body name="ball" pos="0.3 -0.3 0.6">
      <freejoint/>
      <geom name="ball" type="sphere" size="0.15" rgba="1 1 0 1"/>
    </body>
    <geom type="capsule" fromto="-0.4 -0.3 0.5 0 -0.3 0.7" size="0.06" rgba="0 1 1 1"/>
    <geom type="ellipsoid" pos="0 0.1 0.6" size="0.1 0.15 0.2" euler="0 20 40" rgba="1 0 1 1"/>
    <geom type="mesh" mesh="tip" pos="0.4 0.2 0.6" euler="10 0 70" rgba="1 1 1 1"/>
  </worldbody>
</mujoco>`;

function simulated(engine: Engine, mjcf = table): Simulation {
  const simulation = engine.simulate(mjcf);
  simulation.reset();
  return simulation;
}

const wasm = await mujocoWasm();
const size = { width: 80, height: 60, background: [0, 0, 0] };

/** For each pixel which of red, green and blue are in it, as three bits. */
function tellingColors(simulation: Simulation, options: CameraViewOptions = size): number[] {
  const { rgb } = cameraView(simulation, 'side', options)(simulation);
  return Array.from({ length: rgb.length / 3 }, (_, i) =>
    [0, 1, 2].reduce((bits, part) => bits + (rgb[3 * i + part] > 0 ? 1 << part : 0), 0),
  );
}

/** The same, of the geoms that MuJoCo's own rays through the middles of the pixels hit. */
async function hitColors({ width, height }: CameraViewOptions): Promise<number[]> {
  const mujoco = await loadMujoco();
  const model = mujoco.MjModel.from_xml_string(table);
  const data = new mujoco.MjData(model);
  mujoco.mj_forward(model, data);
  const [from, R] = [[...data.cam_xpos], [...data.cam_xmat]];
  const half = Math.tan((model.cam_fovy[0] * Math.PI) / 360);
  const hit = new mujoco.IntBuffer(1);
  // In the order of the model's geoms: its bodies come after what the world has.
  const colors = [1, 2, 4, 6, 5, 7, 3];
  const found = Array.from({ length: width * height }, (_, pixel) => {
    const x = ((2 * (pixel % width) + 1 - width) / height) * half;
    const y = ((height - 1 - 2 * Math.floor(pixel / width)) / height) * half;
    const along = [0, 1, 2].map((i) => R[3 * i] * x + R[3 * i + 1] * y - R[3 * i + 2]);
    mujoco.mj_ray(model, data, from, along, [1, 1, 1, 0, 0, 0], true, -1, hit, null);
    const [geom] = hit.GetView();
    return geom === -1 ? 0 : colors[geom];
  });
  for (const made of [hit, data, model]) made.delete();
  return found;
}

/** The only pixel of a picture from above. */
function seenOf(geom: string, options: Partial<CameraViewOptions> = {}, asset = ''): string {
  const simulation = simulated(
    wasm,
    `<mujoco>${asset}<worldbody><camera name="top" pos="0 0 3"/><geom ${geom}/></worldbody></mujoco>`,
  );
  const { rgb } = cameraView(simulation, 'top', { width: 1, height: 1, background: [0, 0, 0], ...options })(
    simulation,
  );
  return rgb.join();
}

describe('cameraView', () => {
  it('sees at each pixel the geom that a ray of MuJoCo hits', async () => {
    const [seen, hit] = [tellingColors(simulated(wasm)), await hitColors(size)];
    const counts = hit.reduce((count, color) => count.with(color, count[color] + 1), Array(8).fill(0));
    // All are in the picture.
    expect(Math.min(...counts)).toBeGreaterThan(30);
    const same = seen.filter((color, i) => color === hit[i]).length;
    // What is round is drawn with 24 sides, and so up to 1 % thinner.
    expect(same / hit.length).toBeGreaterThan(0.995);
  });

  it('draws the simulation that it is handed, as the last evaluation left it', () => {
    const [first, other] = [simulated(wasm), simulated(wasm)];
    const view = cameraView(first, 'side', size);
    const still = view(first);
    expect(view(other)).toEqual(still);
    other.step([], 50);
    expect(view(other)).not.toEqual(still);
    expect(view(first)).toEqual(still);
  });

  it('has the colour of a geom, or of its material where it has none', () => {
    // From above, n·l = 0.9: 255 · 0.96 = 244.8 of a full colour.
    const paint = '<asset><material name="paint" rgba="0 1 0.5 1"/></asset>';
    expect(seenOf('type="box" size="1 1 1"')).toBe('122,122,122');
    expect(seenOf('type="box" size="1 1 1" rgba="1 0 0 1"')).toBe('245,0,0');
    expect(seenOf('type="box" size="1 1 1" material="paint"', {}, paint)).toBe('0,245,122');
    expect(seenOf('type="box" size="1 1 1" material="paint" rgba="1 0 0 1"', {}, paint)).toBe('245,0,0');
  });

  it('draws the groups that are asked for, of those with any colour', () => {
    expect(seenOf('type="box" size="1 1 1" group="2"')).toBe('122,122,122');
    expect(seenOf('type="box" size="1 1 1" group="3"')).toBe('0,0,0');
    expect(seenOf('type="box" size="1 1 1" group="3"', { groups: [3] })).toBe('122,122,122');
    expect(seenOf('type="box" size="1 1 1" group="2"', { groups: [3] })).toBe('0,0,0');
    expect(seenOf('type="box" size="1 1 1" rgba="1 1 1 0"')).toBe('0,0,0');
  });

  it('leaves fields of heights out', () => {
    const hills = '<asset><hfield name="hills" nrow="2" ncol="2" size="1 1 1 1"/></asset>';
    expect(seenOf('type="hfield" hfield="hills"', {}, hills)).toBe('0,0,0');
  });

  it('refuses a camera that the model lacks, and a simulation of another model', () => {
    const simulation = simulated(wasm);
    expect(() => cameraView(simulation, 'front', size)).toThrow('the model has no camera of the name front');
    const other = simulated(wasm, '<mujoco><worldbody><geom size="1"/></worldbody></mujoco>');
    expect(() => cameraView(simulation, 'side', size)(other)).toThrow(
      'cameraView: a simulation of 1 geoms, wanted 7',
    );
  });
});

it.skipIf(findMujocoLibrary() === undefined)(
  "MuJoCo's library gives the same bytes as WebAssembly",
  async () => {
    const library = simulated(await mujocoLibrary());
    const simulation = simulated(wasm);
    expect(library.looks()).toEqual(simulation.looks());
    const [one, other] = [simulation, library].map((of) => cameraView(of, 'side', size));
    for (let t = 0; t < 5; t++) {
      expect(other(library)).toEqual(one(simulation));
      simulation.step([], 40);
      library.setState(simulation.state());
      library.forward();
      simulation.forward();
    }
  },
);
