import { type Check, tried } from './doctor-check.ts';
import { reinstall, tryApart } from './try-apart.ts';

/** MuJoCo twice, and on which of the two environments run. */
export async function mujocoChecks(): Promise<Check[]> {
  // A library that is named has to load; without another there is WebAssembly.
  const isNamed = Boolean(process.env['DPPO_LIBMUJOCO']);
  const remedy = isNamed ? 'DPPO_LIBMUJOCO names another, or none where it is empty' : 'run npx dppo-mujoco';
  const native = await tried('MuJoCo native', isNamed ? 'broken' : 'missing', async () => {
    const found = await tryApart('mujocoLibrary', remedy);
    return `${found}, as all environments do`;
  });
  const wasm = await tried('MuJoCo WebAssembly', 'broken', async () => {
    const found = await tryApart('mujocoWasm', reinstall);
    return native.state === 'missing' ? `${found}, as all environments do` : found;
  });
  return [native, wasm];
}
