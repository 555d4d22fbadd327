export { serveDashboard, type Served } from './report/dashboard.ts';
export { evaluationMetrics } from './runs/evaluation.ts';
export { openRun, type OpenRunOptions, type Run, type RunConfig } from './open-run.ts';
export { readRun, type RecordedRun } from './runs/recorded-run.ts';
