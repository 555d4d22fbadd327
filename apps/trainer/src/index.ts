export { serveDashboard, type Served } from './report/dashboard.ts';
export { evaluationMetrics } from './runs/evaluation.ts';
export { mlflow, type MlflowOptions } from './loggers/mlflow.ts';
export type { LoggedRun, Logger, OpenLogger, Picture, Scalars } from './loggers/logger.ts';
export { openRun, type OpenRunOptions, type Run, type RunConfig } from './open-run.ts';
export { readRun, type RecordedRun } from './runs/recorded-run.ts';
