import { z } from 'zod';

import { backend, countUpTo, file, policyFile, seed } from '../options/shared-options.ts';
import { actingSteps } from '../policy/acting-options.ts';

const port = z
  .int()
  .refine(
    (value) => value === 0 || (value >= 1024 && value <= 65_535),
    'wanted a port, 1024 … 65535, or 0 for a free one',
  )
  .default(8000);

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'wanted an origin, such as http://localhost:5173',
  );

/** `dppo serve` */
export const serveOptions = z.strictObject({
  policy: policyFile,
  ...actingSteps,
  backend,
  seed,
  jit: z
    .boolean()
    .default(false)
    .describe(
      'make machine code of the graphs (XLA, with TensorFlow only): seconds at the start for each size of batch, quicker answers from then on',
    ),
  maxBatch: countUpTo(1024, 'each power of two up to it is a graph of its own')
    .default(32)
    .describe('observations that are computed at once; eight times as many may wait'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address to listen at; any but this machine itself needs a token'),
  port: port.describe('port to listen at; 0 takes a free one'),
  tokenFile: file
    .optional()
    .describe(
      'file with the token that whoever asks has to know [default: what DPPO_TOKEN holds, else none]',
    ),
  allowOrigin: z
    .array(origin)
    .max(64)
    .default([])
    .describe('origins whose pages may ask, such as http://localhost:5173'),
});

export type ServeOptions = z.output<typeof serveOptions>;
