import type { Asked, Deployed } from '@dppo/agent';

import type { Answer } from './batches.ts';
import { batchSizes } from './batch-sizes.ts';

/**
 * Answers up to `maxBatch` observations at once, filled up to one of few sizes, each of which is a graph. Where one of them has no finite
 * action, the others have their chunks all the same.
 */
export function answering(
  policy: Pick<Deployed, 'actAll'>,
  maxBatch: number,
): (asked: readonly Asked[]) => Answer[] {
  const sizes = batchSizes(maxBatch);
  const alone = (one: Asked): Answer => {
    try {
      return policy.actAll([one])[0];
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  return (asked) => {
    const size = sizes.find((each) => each >= asked.length) ?? asked.length;
    const full = Array.from({ length: size }, (_, i) => asked[i] ?? { obs: asked[0].obs, seed: 0 });
    try {
      return policy.actAll(full).slice(0, asked.length);
    } catch {
      return asked.map(alone);
    }
  };
}
