import { type BackendName, checkNative, useBackend } from '@dppo/engine';
import { findMujocoLibrary, hopper, mujocoLibrary } from '@dppo/mujoco';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** What may end the process that tries it; each tells what it found. */
export const trials = {
  async tensorflow() {
    await checkNative();
    return computes('tensorflow');
  },
  wasm: () => computes('wasm'),
  cpu: () => computes('cpu'),
  mujocoLibrary: async () =>
    `${await hops(hopper({ engine: await mujocoLibrary() }))} on ${findMujocoLibrary()}`,
  mujocoWasm: () => hops(hopper()),
} satisfies Readonly<Record<string, () => Promise<string>>>;

/** TensorFlow's native library, where it is what computes. */
const native = z.object({ binding: z.object({ TF_Version: z.string() }) });

async function computes(name: BackendName): Promise<string> {
  await useBackend(name);
  const [eleven] = tf.tidy(() => tf.dot([1, 2], [3, 4]).dataSync());
  if (eleven !== 11) throw new Error(`1·3 + 2·4 is ${eleven}`);
  const library = native.safeParse(tf.backend());
  const tensorflow = library.success ? `, TensorFlow ${library.data.binding.TF_Version}` : '';
  return `TensorFlow.js ${tf.version.tfjs}${tensorflow}`;
}

/** Takes a step of a robot that is known. */
async function hops(making: ReturnType<typeof hopper>): Promise<string> {
  const robot = await making;
  robot.reset(0);
  const { reward } = robot.step(new Float32Array(3));
  if (!Number.isFinite(reward)) throw new Error(`the first reward of Hopper is ${reward}`);
  return 'Hopper steps';
}
