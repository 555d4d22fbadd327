import { mujocoLibrary } from './native.ts';
import { findMujocoLibrary } from './provision.ts';
import type { Engine } from './simulation.ts';
import { mujocoWasm } from './wasm.ts';

/**
 * The fastest engine that works here: `mujocoLibrary` on the library that `findMujocoLibrary` finds, `mujocoWasm` where there is none
 * or it does not load. Throws an Error where one that DPPO_LIBMUJOCO names does not load.
 *
 * @param cache - the folder where `provisionMujoco` has put it; the user's by default
 */
export async function mujocoEngine(cache?: string): Promise<Engine> {
  const path = findMujocoLibrary(cache);
  if (path === undefined) return mujocoWasm();
  const library = mujocoLibrary({ path });
  return process.env['DPPO_LIBMUJOCO'] ? library : library.catch(mujocoWasm);
}
