import { inProcess } from './in-process.ts';
import { clusterTests } from './testing/index.ts';

clusterTests('inProcess', inProcess);
