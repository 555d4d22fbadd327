import { describe, expect, it } from 'vitest';

import { ant, halfCheetah, hopper, walker2d } from './index.ts';
import { sideView } from './side-view.ts';
import { mujocoWasm } from './wasm.ts';

const floor = 'type="plane" size="1 1 1"';

async function view(geoms: string): Promise<ReturnType<typeof sideView>> {
  const simulation = (await mujocoWasm()).simulate(
    `<mujoco><worldbody>${geoms}<body pos="2 0 1"><geom size="0.1"/></body></worldbody></mujoco>`,
  );
  simulation.reset();
  return sideView(simulation, 4);
}

describe('sideView', () => {
  it('draws a sphere as a disc of its colour, at x and z', async () => {
    const { shapes } = await view('<geom pos="0.5 7 1.5" size="0.25" rgba="1 0.2 0 1"/>');
    expect(shapes[0]).toEqual({ from: [0.5, 1.5], to: [0.5, 1.5], radius: 0.25, color: [255, 51, 0] });
  });

  it('draws a capsule from end to end of its axis', async () => {
    // Lying along x, half a metre to either side.
    const { shapes } = await view('<geom type="capsule" pos="0 0 1" size="0.1 0.5" euler="0 90 0"/>');
    const { from, to, radius } = shapes[0];
    expect([...from, ...to, radius]).toBeAllclose([-0.5, 1, 0.5, 1, 0.1], { atol: 1e-9 });
  });

  it('draws a box as its longest axis', async () => {
    const { shapes } = await view('<geom type="box" pos="0 0 1" size="0.6 0.1 0.2"/>');
    const { from, to, radius } = shapes[0];
    expect([...from, ...to, radius]).toBeAllclose([-0.4, 1, 0.4, 1, 0.2], { atol: 1e-9 });
  });

  it('draws nearer geoms over farther ones', async () => {
    const { shapes } = await view('<geom pos="0 -1 1" size="0.3"/><geom pos="0 1 1" size="0.2"/>');
    // The viewer is at negative y; the body's own geom is at y = 0.
    expect(shapes.map(({ radius }) => radius)).toEqual([0.2, 0.1, 0.3]);
  });

  it('marks each metre of the floor within twice the width, at most a metre apart', async () => {
    const { shapes } = await view(`<geom ${floor}/>`);
    const marks = shapes.filter(({ from, to }) => from[0] === to[0] && from[1] !== to[1]);
    expect(marks.map(({ from }) => from[0])).toEqual([-2, -1, 0, 1, 2, 3, 4, 5, 6]);
    expect(marks.every(({ to }) => to[1] < 0)).toBe(true);
  });
});

it.each([
  ['hopper', hopper, 4],
  ['walker2d', walker2d, 7],
  ['halfCheetah', halfCheetah, 8],
  ['ant', ant, 13],
] as const)('%s draws its parts above the floor, in the middle of the picture', async (_, make, parts) => {
  const env = await make();
  env.reset(0);
  for (let t = 0; t < 20; t++) env.step(new Float32Array(env.actionShape[0]).fill(0.5));
  const { center, width, shapes } = env.draw();
  const robot = shapes.slice(-parts);
  expect(shapes[0].from[1] + shapes[0].radius).toBe(0);
  for (const { from, to, radius } of robot) {
    for (const [x, z] of [from, to]) {
      expect(Math.abs(x - center[0])).toBeLessThan(width / 2);
      expect(Math.abs(z - center[1])).toBeLessThan((3 / 8) * width);
      expect(z - radius).toBeGreaterThan(-0.05);
    }
  }
});
