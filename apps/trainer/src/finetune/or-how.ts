import { DivergenceError } from '@dppo/agent';

import type { OpenFolder } from '../runs/open-folder.ts';

/** Work of a cluster that, where it fails and is not stopped, says how to go on with the run in a folder; from a divergence there is another way on. */
export async function orHow<Result>(
  { dir }: Pick<OpenFolder, 'dir'>,
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (signal?.aborted === true || error instanceof DivergenceError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const goingOn = `to go on from the last checkpoint: dppo finetune --resume ${dir} --cluster URL`;
    throw new Error(`${why}; ${goingOn}`, { cause: error });
  }
}
