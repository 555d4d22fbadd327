import { type Engine, mujocoLibrary, mujocoWasm } from '@dppo/mujoco';

let engine: Promise<Engine> | undefined;

/**
 * MuJoCo for all environments of a thread: the native library that the environment variable DPPO_LIBMUJOCO names, WebAssembly
 * where it is not set.
 *
 * @throws Error where the library does not load or is of another version
 */
export function physics(): Promise<Engine> {
  engine ??= process.env['DPPO_LIBMUJOCO'] ? mujocoLibrary() : mujocoWasm();
  return engine;
}
