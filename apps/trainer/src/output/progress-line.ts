import { MultiBar, Presets, type SingleBar } from 'cli-progress';

import type { Progress } from './live.ts';
import { timeLeft } from './time-left.ts';

/** A progress bar below the lines that are printed. */
export interface ProgressLine {
  readonly print: (line: string) => void;
  readonly progress: (progress: Progress) => void;
  /** Takes the bar away; the lines stay. */
  readonly stop: () => void;
}

/** A bar on a terminal, once there is progress to show; what does not fit into its width is cut off. */
export function progressLine(stream: NodeJS.WriteStream): ProgressLine {
  const bars = new MultiBar(
    {
      stream,
      format: '{bar} {value} of {total} {unit}{left} | {text}',
      barsize: 16,
      linewrap: true,
      clearOnComplete: true,
      // A signal ends the run in its own time.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let bar: SingleBar | undefined;
  let [left, counted] = [timeLeft(), ''];
  return {
    print: (line) => {
      if (bar === undefined) stream.write(`${line}\n`);
      else bars.log(`${line}\n`);
    },
    progress: ({ done, total, unit, text, atMost = Infinity }) => {
      // What was known of other units says nothing of these.
      if (unit !== counted) [left, counted] = [timeLeft(), unit];
      const payload = { unit, text, left: describe(Math.min(left(done, total), atMost)) };
      if (bar === undefined) bar = bars.create(total, done, payload);
      else {
        bar.setTotal(total);
        bar.update(done, payload);
      }
    },
    stop: () => {
      if (bar === undefined) return;
      bars.update(); // flushes the lines
      bars.stop();
      bar = undefined;
    },
  };
}

/** Seconds as "3 min left"; nothing where they are not known. */
function describe(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 100) return `, ${Math.ceil(seconds)} s left`;
  if (seconds < 6000) return `, ${Math.ceil(seconds / 60)} min left`;
  return `, ${(seconds / 3600).toFixed(1)} h left`;
}
