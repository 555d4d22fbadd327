import { z } from 'zod';

import { file, fraction, positive } from '../options/shared-options.ts';
import { runName } from './run-name.ts';

/** Options by which a process reaches the server of a cluster. */
export const connection = {
  credentials: file
    .optional()
    .describe(
      'file with the secret key, SU…, by which the server knows this process [default: the key in DPPO_CREDENTIALS, if there is one]',
    ),
  ca: file
    .optional()
    .describe("certificate of the authority that signed the server's [default: those that Node.js knows]"),
  insecure: z
    .boolean()
    .default(false)
    .describe('allow nats://, plain text that anyone on the way can read and change, to another machine'),
  runName: runName.default('run').describe('name that learner and workers of a run share on the server'),
  clusterTimeout: positive
    .max(1e6)
    .default(600)
    .describe('seconds without the server after which it counts as gone for good'),
};

/** What the URL of a server is. */
export const clusterUrl = z.string().min(1);

/** Options of a command whose work workers may do. */
export const learning = {
  cluster: clusterUrl
    .optional()
    .describe(
      'NATS server over which processes of dppo worker compute the shards, tls://HOST:PORT; the same numbers as without [default: this process computes them]',
    ),
  ...connection,
  verify: fraction
    .default(0)
    .describe(
      'share of the tasks that a second worker computes too; where their bytes differ, the command ends and names both',
    ),
  otherNumbers: z
    .boolean()
    .default(false)
    .describe('let workers in whose numbers differ from those of this machine, and say so in the report'),
};

/** Names of options that say how a cluster is reached, and decide no number. */
export const ofCluster: readonly string[] = Object.keys(learning);

/** Options of `dppo finetune` and the like that say how a cluster is reached. */
export type Learning = z.output<z.ZodObject<typeof learning>>;
export type Connection = z.output<z.ZodObject<typeof connection>>;
