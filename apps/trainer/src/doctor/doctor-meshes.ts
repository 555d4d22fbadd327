import { checkMeshes } from '@dppo/robosuite/meshes';

import { type Check, tried } from './doctor-check.ts';

/** What the tasks of arms are made of, and get at first use. */
export function meshesCheck(): Promise<Check> {
  return tried('robosuite meshes', 'missing', async () => {
    try {
      return `in ${await checkMeshes()}`;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${reason}, npx dppo-robosuite gets them (194 MB)`, { cause: error });
    }
  });
}
