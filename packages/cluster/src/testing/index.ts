export { clusterTests } from './cluster-tests.ts';
export { type FaultBench, faultTests } from './fault-tests.ts';
export { computeGate } from './gate.ts';
