import { checkOutFolder } from '../runs/check-out.ts';
import type { DemonstrateOptions } from './demonstrate-options.ts';

type RecordingOptions = Pick<DemonstrateOptions, 'outDir' | 'format' | 'fps' | 'resume' | 'autoResume'>;

/** @throws Error where the folder of a recording is not to be had, or an option does not go with its format */
export function checkRecording({ outDir, format, fps, resume, autoResume }: RecordingOptions): void {
  if (fps !== undefined && format !== 'lerobot') {
    throw new Error(
      `--fps ${fps}: found --format ${format}, wanted lerobot: only there is the time of a step kept`,
    );
  }
  // With autoResume the folder may be one that a killed process left: whoever opens it tells.
  if (resume === undefined && autoResume !== true) checkOutFolder(outDir, '--out-dir');
}
