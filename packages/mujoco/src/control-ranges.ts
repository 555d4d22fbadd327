import loadMujoco from '@mujoco/mujoco';

import { onlyFiles } from './only-files.ts';

/**
 * The smallest and the largest control that each actuator of the model `mjcf` takes, in its order [nu]; −1 … 1 where it has no limits.
 *
 * @throws Error with MuJoCo's message where the model is not valid
 */
export async function controlRanges(mjcf: string): Promise<[min: number, max: number][]> {
  const mujoco = await loadMujoco();
  const model = mujoco.MjModel.from_xml_string(onlyFiles(mjcf));
  try {
    // [nu, 2]; that of an actuator without limits is 0 … 0.
    const ranges: Float64Array = model.actuator_ctrlrange;
    return Array.from({ length: model.nu }, (_, i) => {
      const [min, max] = ranges.subarray(2 * i);
      return min < max ? [min, max] : [-1, 1];
    });
  } finally {
    model.delete();
  }
}
