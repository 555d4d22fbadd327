// Starts line.worker.ts in a thread: --import tsx on the command line does not reach the threads of Node 20.
import { register } from 'tsx/esm/api';

register();
await import('./line.worker.ts');
