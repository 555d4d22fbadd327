// Plans with the policy of `steps` steps for the port that it is given.
import { workerData } from 'node:worker_threads';

import { servePlans } from '@dppo/agent';
import { useBackend } from '@dppo/engine';

import { realTimePolicy } from './real-time-policy.ts';

await useBackend('tensorflow');
servePlans(workerData.port, realTimePolicy(workerData.steps));
