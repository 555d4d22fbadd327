import { fileURLToPath } from 'node:url';

import { z } from 'zod';

/** What `dppo start` fine-tunes. */
export const startTask = z
  .enum(['hopper', 'square'])
  .default('hopper')
  .describe(
    'what the policy that comes with dppo has begun to learn: to hop, or to put a nut on a peg with an arm, as the preset square-finetune in 15 minutes',
  );

/** Beside the preset square-finetune, `dppo start --task square`. */
export const squareStart = {
  policy: fileURLToPath(new URL('../../data/square/pretrained.safetensors', import.meta.url)),
  maxMinutes: 15,
  evalEvery: 5,
  quickEvalEpisodes: 20,
  evalEpisodes: 50,
} as const;
