import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from './progress.ts';

/** Progress on a stream. */
export interface ProgressBar {
  /** Shows how far it is. */
  readonly progress: Progress;
  /** Ends the line; what is written to the stream afterwards stands alone. */
  readonly stop: () => void;
}

/** Shows progress on `stream`: on a terminal as a bar, elsewhere as one line a phase. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  const bar = new SingleBar(
    {
      stream,
      format: '{phase} {bar} {percentage}% of {size} MB',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  let current = '';
  return {
    progress(phase, done, total) {
      const size = total === undefined ? '' : (total / 1e6).toFixed(0);
      if (phase !== current) {
        bar.stop();
        if (total === undefined || !stream.isTTY) {
          stream.write(size ? `${phase} (${size} MB)\n` : `${phase}\n`);
        } else {
          bar.start(total, 0, { phase, size });
        }
        current = phase;
      }
      if (done !== undefined && stream.isTTY) bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
