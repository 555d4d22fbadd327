import { describe, expect, it } from 'vitest';

import { arm, tetrahedron } from '../test/arm.ts';
import { findMujocoLibrary, mujocoLibrary, mujocoWasm } from './index.ts';
import type { Simulation } from './simulation.ts';

const engines = { wasm: mujocoWasm, ...(findMujocoLibrary() !== undefined && { library: mujocoLibrary }) };
const files = { 'tip.stl': tetrahedron(0.1) };
const dofs = Int32Array.of(0, 1, 2);

describe.each(Object.entries(engines))('a simulation on %s', (_, engine) => {
  const simulate = async (): Promise<Simulation> => (await engine()).simulate(arm, files);

  it('lists what there is of a kind, the first of it where that is much', async () => {
    const simulation = await simulate();
    expect(() => simulation.id('joint', 'd')).toThrow(
      'the model has no joint of the name d, wanted one of a, b, c',
    );
    expect(() => simulation.id('camera', 'below')).toThrow(
      'the model has no camera of the name below, wanted one of above',
    );
    expect(() => simulation.id('sensor', 's')).toThrow(
      'the model has no sensor of the name s, it names none',
    );
    const bodies = Array.from({ length: 20 }, (_body, i) => `<body name="b${i}"/>`).join('');
    const many = (await engine()).simulate(`<mujoco><worldbody>${bodies}</worldbody></mujoco>`);
    expect(() => many.id('body', 'c')).toThrow(
      /^the model has no body of the name c, wanted one of world, b0, b1, b2, .*, b10, … \(21 in all\)$/,
    );
  });

  it.each<[string, (simulation: Simulation) => unknown]>([
    [
      'id: kind is tendon, wanted one of body, joint, geom, site, camera, actuator, sensor',
      // As from JavaScript, which has no types.
      (s) => s.id(JSON.parse('"tendon"'), 'a'),
    ],
    ['siteJacobian: site is 5, the model has 1', (s) => s.siteJacobian(5, dofs, new Float64Array(18))],
    ['siteJacobian: site is 0.5, the model has 1', (s) => s.siteJacobian(0.5, dofs, new Float64Array(18))],
    ['siteJacobian: site is -1, the model has 1', (s) => s.siteJacobian(-1, dofs, new Float64Array(18))],
    ['siteJacobian: into has 9 numbers, wanted 18', (s) => s.siteJacobian(0, dofs, new Float64Array(9))],
    [
      'siteJacobian: dofs[1] is 3, the model has 3',
      (s) => s.siteJacobian(0, Int32Array.of(0, 3), new Float64Array(12)),
    ],
    [
      'massMatrix: dofs[0] is -1, the model has 3',
      (s) => s.massMatrix(Int32Array.of(-1), new Float64Array(1)),
    ],
    ['massMatrix: into has 18 numbers, wanted 9', (s) => s.massMatrix(dofs, new Float64Array(18))],
    ['reset: qpos has 2 numbers, wanted 3', (s) => s.reset([1, 2])],
    ['reset: qpos has 4 numbers, wanted 3', (s) => s.reset([1, 2, 3, 4])],
    ['reset: qpos[1] is NaN, wanted a finite number', (s) => s.reset([1, NaN, 3])],
    ['reset: qvel has 1 numbers, wanted 3', (s) => s.reset([1, 2, 3], [1])],
    ['reset: qvel[2] is Infinity, wanted a finite number', (s) => s.reset([1, 2, 3], [1, 2, Infinity])],
    ['step: controls has 2 numbers, wanted 3', (s) => s.step([1, 2], 1)],
    ['step: controls has 4 numbers, wanted 3', (s) => s.step([1, 2, 3, 4], 1)],
  ])('refuses what does not fit: %s', async (reason, misuse) => {
    const simulation = await simulate();
    simulation.reset([0.1, 0.2, 0.3]);
    const before = simulation.state();
    expect(() => misuse(simulation)).toThrow(RangeError);
    expect(() => misuse(simulation)).toThrow(reason);
    expect(simulation.state()).toEqual(before);
  });

  it('refuses a state of another model', async () => {
    const simulation = await simulate();
    expect(() => simulation.setState([1, 2, 3])).toThrow(
      /^setState: a state of 3 numbers is of another model, wanted \d+$/,
    );
  });
});
