// Starts a module of this folder in a thread: --import tsx on the command line does not reach the threads of Node 20.
import { workerData } from 'node:worker_threads';

import { register } from 'tsx/esm/api';

register();
await import(workerData.module);
