import { isIP } from 'node:net';

import { z } from 'zod';

import { file } from '../options/shared-options.ts';
import { runName } from './run-name.ts';

const host = z
  .string()
  .max(64, 'wanted at most 64 characters')
  .regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i, 'wanted the name of a machine, such as nats.lab')
  .refine((name) => isIP(name) === 0, 'wanted a name, not an address');

/** `dppo cluster init` */
export const clusterInitOptions = z.strictObject({
  outDir: file.describe("folder to make for the server's configuration, its certificate and the keys"),
  host: z
    .array(host)
    .min(1)
    .optional()
    .describe(
      "names by which other machines reach the server; this machine itself may also say localhost [default: this machine's name]",
    ),
  port: z.int().min(1).max(65_535).default(4222).describe('port that the server listens on'),
  runName: z
    .array(runName)
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'wanted each name once')
    .default(['run'])
    .describe('names of runs, each with a key for its learner and one for its workers'),
});

export type ClusterInitOptions = z.output<typeof clusterInitOptions>;
