// Starts real-time-thread.ts in a thread: --import tsx on the command line does not reach the threads of Node 20.
import { register } from 'tsx/esm/api';

register();
await import('./real-time-thread.ts');
