import { describe, expect, it } from 'vitest';

import { hopperTask } from './hopper.ts';
import type { Simulation } from './simulation.ts';
import { mujocoWasm } from './wasm.ts';

const wasm = await mujocoWasm();
const simulate = (mjcf: string): Simulation => wasm.simulate(mjcf);

describe('simulate of mujocoWasm', () => {
  it('keeps its views through growth of the heap that all simulations share', async () => {
    const { model } = hopperTask('v2');
    const first = simulate(model);
    first.reset();
    const alone = simulate(model);
    alone.reset();
    for (let i = 0; i < 60; i++) simulate(model);
    for (const simulation of [first, alone]) simulation.step([0.5, -0.5, 1], 4);
    expect(first.qpos).toHaveLength(6);
    expect(first.qpos).toEqual(alone.qpos);
    expect(first.qpos[1]).not.toBe(1.25);
  });

  it('repeats a step exactly from a full state', async () => {
    const simulation = simulate(hopperTask('v2').model);
    simulation.reset();
    for (let t = 0; t < 50; t++) simulation.step([0.3, 0.2, -0.7], 4);
    const state = simulation.state();
    simulation.step([1, 1, 1], 4);
    const after = simulation.state();
    simulation.setState([...state]);
    simulation.step([1, 1, 1], 4);
    expect(simulation.state()).toEqual(after);
  });

  it('says what is wrong with a model in one line', async () => {
    expect(() => simulate('<mujoco><nonsense/></mujoco>')).toThrow(
      new Error("MuJoCo: Schema violation: unrecognized element, Element 'nonsense', line 1"),
    );
  });
});
