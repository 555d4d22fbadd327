// Prints how many pictures per CPU-second a camera gives of an arm over a table, 15,000 triangles as of a real arm's links:
//   node --conditions=@dppo/source --import tsx packages/mujoco/bench/camera-view.ts [--model FILE.xml --meshes FOLDER --camera NAME]
// A model of one's own, with the folder of its meshes, is drawn as it is at first.
import { readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { cameraView } from '../src/raster/camera-view.ts';
import { ellipsoid } from '../src/raster/revolved.ts';
import type { Simulation } from '../src/simulation.ts';
import { mujocoWasm } from '../src/wasm.ts';

const { values } = parseArgs({
  options: { model: { type: 'string' }, meshes: { type: 'string' }, camera: { type: 'string' } },
});

/** Seven links, each of four meshes of 528 triangles. */
function armOverTable(): string {
  const { vertices, faces } = ellipsoid([0.08, 0.06, 0.1]);
  const links = Array.from({ length: 7 }, (_, link) => {
    const lumps = [0, 1, 2, 3].map((lump) => `<geom type="mesh" mesh="lump" pos="0 0 ${0.05 * lump}"/>`);
    return `<body pos="0 0 0.2"><joint axis="0 1 0.${link}"/>${lumps.join('')}`;
  });
  return `<mujoco>
    <size memory="1M"/>
    <asset><mesh name="lump" vertex="${[...vertices].join(' ')}" face="${[...faces].join(' ')}"/></asset>
    <worldbody>
      <camera name="front" pos="1.6 0 1.45" xyaxes="0 1 0 -0.3 0 1"/>
      <geom type="plane" size="3 3 1"/>
      <geom type="box" pos="0 0 0.78" size="0.4 0.4 0.02" rgba="0.6 0.5 0.3 1"/>
      <geom type="box" pos="0.2 0.1 0.83" size="0.03 0.03 0.03" rgba="0.8 0.2 0.2 1"/>
      <geom type="cylinder" pos="-0.5 0 0.45" size="0.15 0.45"/>
      <body pos="-0.5 0 0.7">${links.join('')}${'</body>'.repeat(links.length)}</body>
    </worldbody>
  </mujoco>`;
}

function given({ model, meshes }: { model?: string; meshes?: string }): Parameters<typeof engine.simulate> {
  if (model === undefined) return [armOverTable()];
  const names = meshes === undefined ? [] : readdirSync(meshes);
  const files = names.map((name) => [name, readFileSync(join(meshes ?? '', name))] as const);
  return [readFileSync(model, 'utf8'), Object.fromEntries(files)];
}

/** Pictures per CPU-second, of the fastest of five rounds: others may share the processor's caches. */
function speed(simulation: Simulation, pixels: number): number {
  const view = cameraView(simulation, values.camera ?? 'front', { width: pixels, height: pixels });
  const rounds = Array.from({ length: 6 }, () => {
    const before = process.cpuUsage();
    for (let i = 0; i < pictures; i++) view(simulation);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  // The first round warms up.
  return pictures / Math.min(...rounds.slice(1));
}

const pictures = 200;
const engine = await mujocoWasm();
const simulation = engine.simulate(...given(values));
simulation.reset();
for (const pixels of [84, 96, 480]) {
  writeSync(1, `${pixels} × ${pixels}: ${speed(simulation, pixels).toFixed(0)} pictures per CPU-second\n`);
}
