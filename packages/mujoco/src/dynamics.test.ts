import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { arm, tetrahedron } from '../test/arm.ts';
import { findMujocoLibrary, mujocoLibrary, mujocoWasm } from './index.ts';
import type { Simulation } from './simulation.ts';

const engines = { wasm: mujocoWasm, ...(findMujocoLibrary() !== undefined && { library: mujocoLibrary }) };
const files = { 'tip.stl': tetrahedron(0.1) };
const dofs = Int32Array.of(0, 1, 2);
const angle = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const angles = fc.tuple(angle, angle, angle);

describe.each(Object.entries(engines))('a simulation on %s', (_, engine) => {
  const simulate = async (): Promise<Simulation> => (await engine()).simulate(arm, files);

  it('steps in two parts as in one', async () => {
    const [whole, halves] = [await simulate(), await simulate()];
    for (const simulation of [whole, halves]) simulation.reset([0.3, -0.4, 0.5], [1, 2, 3]);
    for (let t = 0; t < 20; t++) {
      const controls = [Math.sin(t), Math.cos(t), 0.1];
      whole.step(controls, 1);
      halves.step1();
      halves.ctrl.set(controls);
      halves.step2();
    }
    expect(halves.state()).toEqual(whole.state());
  });

  it('has the Jacobian of a site that finite differences give', async () => {
    const simulation = await simulate();
    const site = simulation.id('site', 'tip');
    const jacobian = new Float64Array(18);
    fc.assert(
      fc.property(angles, (q) => {
        simulation.reset(q);
        simulation.siteJacobian(site, dofs, jacobian);
        for (let i = 0; i < 3; i++) {
          const [before, after] = [-1e-6, 1e-6].map((d) => {
            simulation.reset(q.map((value, j) => (j === i ? value + d : value)));
            return { at: simulation.site_xpos.slice(3 * site), turned: simulation.site_xmat.slice(9 * site) };
          });
          const column = Array.from({ length: 6 }, (_row, row) => jacobian[3 * row + i]);
          const position = Array.from({ length: 3 }, (_axis, k) => (after.at[k] - before.at[k]) / 2e-6);
          // dR/dt = [ω]× R, so ω = ½ Σ columns of R × columns of dR/dt
          const rotation = [0, 1, 2].map((k) => {
            const [a, b] = [(k + 1) % 3, (k + 2) % 3];
            let sum = 0;
            for (let c = 0; c < 3; c++) {
              const [r, s] = [3 * a + c, 3 * b + c];
              sum += before.turned[r] * after.turned[s] - before.turned[s] * after.turned[r];
            }
            return sum / 2 / 2e-6;
          });
          expect([...position, ...rotation]).toBeAllclose(column, { atol: 1e-7, rtol: 0 });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("has the mass matrix of Newton's law: M·q̈ + bias = τ", async () => {
    const simulation = await simulate();
    const mass = new Float64Array(9);
    fc.assert(
      fc.property(angles, angles, angles, (q, v, torques) => {
        const free = q.map((value) => value / 2); // no contact with the wall
        simulation.reset(free, v);
        simulation.step1();
        simulation.massMatrix(dofs, mass);
        const [bias, before] = [simulation.qfrc_bias.slice(), simulation.qvel.slice()];
        simulation.ctrl.set(torques);
        simulation.step2();
        const acceleration = simulation.qvel.map((now, i) => (now - before[i]) / simulation.timestep);
        const sum = bias.map((force, i) =>
          acceleration.reduce((total, a, j) => total + mass[3 * i + j] * a, force),
        );
        expect(sum).toBeAllclose(torques, { atol: 1e-9, rtol: 1e-9 });
      }),
      { numRuns: 20 },
    );
  });

  it('picks rows and columns in the order of the degrees of freedom', async () => {
    const simulation = await simulate();
    simulation.reset([0.3, -0.4, 0.5]);
    const [whole, part] = [new Float64Array(9), new Float64Array(4)];
    simulation.massMatrix(dofs, whole);
    simulation.massMatrix(Int32Array.of(2, 0), part);
    expect(part).toEqual(Float64Array.of(whole[8], whole[6], whole[2], whole[0]));
    const [jacobian, columns] = [new Float64Array(18), new Float64Array(12)];
    simulation.siteJacobian(0, dofs, jacobian);
    simulation.siteJacobian(0, Int32Array.of(2, 0), columns);
    expect(columns.filter((_value, i) => i % 2 === 0)).toEqual(jacobian.filter((_value, i) => i % 3 === 2));
    expect(columns.filter((_value, i) => i % 2 === 1)).toEqual(jacobian.filter((_value, i) => i % 3 === 0));
  });

  it('says which geoms touch', async () => {
    const simulation = await simulate();
    simulation.reset();
    expect(simulation.ncon).toBe(0);
    expect(() => simulation.contactGeom(0, 0)).toThrow('contactGeom: contact is 0, there are 0');
    simulation.reset([Math.PI / 2, 0, 0]);
    expect(simulation.ncon).toBeGreaterThan(0);
    expect(() => simulation.contactGeom(0.5, 0)).toThrow('contactGeom: contact is 0.5, there are');
    const touching = [simulation.contactGeom(0, 0), simulation.contactGeom(0, 1)];
    expect(new Set(touching)).toEqual(new Set([simulation.id('geom', 'wall'), simulation.id('geom', 'tip')]));
    expect(simulation.model.geom_bodyid[simulation.id('geom', 'tip')]).toBe(simulation.id('body', 'hand'));
  });

  it('knows where joints lie and what actuators take', async () => {
    const simulation = await simulate();
    const { model } = simulation;
    const joint = simulation.id('joint', 'c');
    expect([model.jnt_qposadr[joint], model.jnt_dofadr[joint]]).toEqual([2, 2]);
    const actuator = simulation.id('actuator', 'b');
    expect(model.actuator_ctrlrange.slice(2 * actuator, 2 * actuator + 2)).toEqual(Float64Array.of(-2, 2));
    expect(() => simulation.id('site', 'nowhere')).toThrow('the model has no site of the name nowhere');
  });

  it('takes meshes out of the files that are handed over, and no others', async () => {
    const made = await engine();
    const [small, large] = [0.1, 0.2].map((size) => made.simulate(arm, { 'tip.stl': tetrahedron(size) }));
    for (const simulation of [small, large]) simulation.reset([0.1, 0.2, 0.3]);
    const [light, heavy] = [new Float64Array(9), new Float64Array(9)];
    small.massMatrix(dofs, light);
    large.massMatrix(dofs, heavy);
    expect(heavy[0]).toBeGreaterThan(light[0]);
    expect(() => made.simulate(arm, { 'other.stl': tetrahedron(0.1) })).toThrow(
      `Error opening file 'tip.stl': wanted one of the files other.stl`,
    );
    expect(() => made.simulate(arm, { '../tip.stl': tetrahedron(0.1) })).toThrow(
      `files: '../tip.stl' is no plain name`,
    );
  });
});

it.skipIf(findMujocoLibrary() === undefined)('both engines read the same arrays', async () => {
  const [wasm, library] = [await mujocoWasm(), await mujocoLibrary()].map((engine) =>
    engine.simulate(arm, files),
  );
  for (const simulation of [wasm, library]) simulation.reset([0.4, -0.3, 0.2], [1, -1, 2]);
  const fields = ['xquat', 'xmat', 'site_xpos', 'site_xmat', 'cam_xpos', 'cam_xmat', 'qfrc_bias'] as const;
  for (const field of fields) {
    expect(library[field].length).toBeGreaterThan(0);
    expect(library[field]).toBeAllclose(wasm[field], { atol: 1e-13, rtol: 1e-13 });
  }
  expect(library.model).toEqual(wasm.model);
});
