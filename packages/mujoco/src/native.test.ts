import { afterEach, describe, expect, it, vi } from 'vitest';

import { antTask } from './ant.ts';
import { halfCheetahTask } from './half-cheetah.ts';
import { hopperTask } from './hopper.ts';
import { findMujocoLibrary, hopper, mujocoLibrary, mujocoWasm } from './index.ts';
import { walker2dTask } from './walker2d.ts';

/** Sets of the same forces for every engine. */
const action = (controls: number, t: number): number[] =>
  Array.from({ length: controls }, (_, i) => Math.sin(t * (i + 1)));

afterEach(() => void vi.unstubAllEnvs());

describe('mujocoLibrary', () => {
  it('says why there is no library', async () => {
    vi.stubEnv('DPPO_LIBMUJOCO', '');
    await expect(mujocoLibrary()).rejects.toThrow(
      'mujocoLibrary: DPPO_LIBMUJOCO is empty, which means no library',
    );
    vi.stubEnv('DPPO_LIBMUJOCO', '/nowhere/libmujoco.so');
    await expect(mujocoLibrary()).rejects.toThrow('mujocoLibrary: /nowhere/libmujoco.so does not load');
  });

  it('takes a path before the library that DPPO_LIBMUJOCO names', async () => {
    vi.stubEnv('DPPO_LIBMUJOCO', '/nowhere/libmujoco.so');
    await expect(mujocoLibrary({ path: '/elsewhere/libmujoco.so' })).rejects.toThrow(
      'mujocoLibrary: /elsewhere/libmujoco.so does not load',
    );
  });
});

describe.skipIf(findMujocoLibrary() === undefined)("MuJoCo's library", () => {
  it.each([hopperTask('v2'), walker2dTask('v5'), halfCheetahTask, antTask('v5')])(
    'moves $name as WebAssembly does',
    async (task) => {
      const [wasm, library] = [await mujocoWasm(), await mujocoLibrary()].map((engine) =>
        engine.simulate(task.model),
      );
      for (const simulation of [wasm, library]) simulation.reset();
      for (let t = 0; t < 100; t++) {
        // The state is handed over: what is compared is one step, not the growth of rounding errors.
        library.setState([...wasm.state()]);
        for (const simulation of [wasm, library]) {
          simulation.step(action(simulation.controls, t), task.frameSkip);
          simulation.contactForces();
        }
        for (const field of ['qpos', 'qvel', 'xpos', 'geom_xpos', 'geom_xmat'] as const) {
          expect(library[field]).toBeAllclose(wasm[field], { atol: 1e-12, rtol: 1e-12 });
        }
        expect(library.cfrc_ext).toBeAllclose(wasm.cfrc_ext, { atol: 1e-9, rtol: 1e-9 });
      }
      expect(library.geoms).toEqual(wasm.geoms);
    },
  );

  it('gives episodes of Hopper equal to those of WebAssembly', async () => {
    const wasm = await hopper();
    const library = await hopper({ engine: await mujocoLibrary() });
    for (let seed = 0; seed < 10; seed++) {
      expect(library.reset(seed)).toEqual(wasm.reset(seed));
      for (let t = 0; t < 100; t++) {
        const [a, b] = [wasm, library].map((env) => env.step(Float32Array.from(action(3, t + seed))));
        expect(b.obs).toBeAllclose(a.obs, { atol: 1e-6, rtol: 1e-6 });
        expect([b.reward]).toBeAllclose([a.reward], { atol: 1e-10, rtol: 0 });
        expect(b.terminated).toBe(a.terminated);
        if (a.terminated) break;
      }
    }
  });

  it('says what is wrong with a model, and goes on', async () => {
    const library = await mujocoLibrary();
    const wasm = await mujocoWasm();
    const flat = '<asset><mesh name="m" vertex="0 0 0 1 0 0 0 1 0"/></asset>';
    for (const [model, message] of [
      ['<nonsense/>', "Schema violation: unrecognized element, Element 'nonsense', line 1"],
      [flat, "at least 4 vertices required, Element name 'm', id 0, line 1"],
      [
        '<worldbody><body><freejoint/></body></worldbody>',
        /^MuJoCo: mass and inertia of moving bodies .*, line 1$/,
      ],
      ['<worldbody>', /^MuJoCo: XML parse error 14: Error=XML_ERROR_MISMATCHED_ELEMENT .*$/],
    ] as const) {
      for (const engine of [library, wasm]) {
        expect(() => engine.simulate(`<mujoco>${model}</mujoco>`)).toThrow(
          typeof message === 'string' ? new Error(`MuJoCo: ${message}`) : message,
        );
      }
    }
    for (const engine of [library, wasm]) {
      expect(() => engine.simulate('')).toThrow(new Error('MuJoCo: the model is an empty text'));
    }
    expect(library.simulate(hopperTask('v2').model).controls).toBe(3);
  });

  it('reports a state that diverges instead of starting anew', async () => {
    const simulation = (await mujocoLibrary()).simulate(hopperTask('v2').model);
    simulation.reset(simulation.qpos, new Float64Array(6).fill(1e12));
    expect(() => simulation.step([0, 0, 0], 4)).toThrow(/the simulation diverged: q(pos|vel)\[\d\] is/);
  });
});
