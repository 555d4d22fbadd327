import { z } from 'zod';

import { threads, workers } from '../options/shared-options.ts';
import { environmentText } from '../tasks/task-place.ts';
import { clusterUrl, connection } from './cluster-options.ts';

/** `dppo worker` */
export const workerOptions = z.strictObject({
  cluster: clusterUrl.describe('NATS server of the learner, tls://HOST:PORT'),
  ...connection,
  environment: environmentText
    .optional()
    .describe(
      'what the learner was told as --environment, where that is a file or of Gymnasium: workers take no environment from the network [default: those that come with dppo]',
    ),
  threads: threads.describe(
    "threads that TensorFlow divides an operation among; with another number than the learner's this worker is refused [default: the learner's]",
  ),
  workers,
});

export type WorkerOptions = z.output<typeof workerOptions>;
