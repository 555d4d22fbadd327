export { clusterTests } from './cluster-tests.ts';
export { type FaultBench, faultTests, gates, texts } from './fault-tests.ts';
export { type Gate, computeGate, gateResult, gateTask } from './gate.ts';
