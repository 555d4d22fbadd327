export { cacheFolder } from './cache-folder.ts';
export { checkNode } from './check-node.ts';
export { type Command, interruption, runCommand } from './command.ts';
export { fetchWheel } from './fetch-wheel.ts';
export { type Progress, type ProgressOptions } from './progress.ts';
export { type ProgressBar, progressBar } from './progress-bar.ts';
export { type Finished, type RunOptions, firstThatRuns, run } from './run.ts';
export { type Excerpt, type FetchOptions, placeLibrary, publish, withStaging } from './staging.ts';
export { type Library, type Machine, type Wheel, wheelFor } from './wheel.ts';
