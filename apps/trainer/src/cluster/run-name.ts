import { z } from 'zod';

/** The name of a run on a server, as `@dppo/cluster` takes it. */
export const runName = z.string().regex(/^[\w-]{1,64}$/, 'wanted 1 to 64 letters, digits, - and _');
