import { machineOf } from '../runs/machine.ts';
import { untilStopped } from '../runs/stoppable.ts';
import type { DemonstrateOptions } from './demonstrate-options.ts';
import { demonstrationsOf } from './demonstrations.ts';
import type { Demonstrators } from './demonstrators.ts';
import { openRecording, record } from './recording.ts';

/** `dppo demonstrate`: records the scripted demonstrator of a task, in the reference's format. */
export async function demonstrate(options: DemonstrateOptions, say: (line: string) => void): Promise<void> {
  const { task, episodes: count } = options;
  const folder = await openRecording('demonstrate', options, machineOf('none'), say);
  if (folder === undefined) return;
  await untilStopped({ command: 'demonstrate', folder }, say, async (signal) => {
    const demonstrators = await demonstratorsOf(options);
    // Unknown where the recording was whole already.
    let tried = '';
    try {
      const part = async (index: number, before: readonly number[]) => {
        if (before.length >= count) {
          tried = `, ${before.length} of ${index * demonstrators.count} succeeded`;
          return undefined;
        }
        const played = await demonstrators.play(index * demonstrators.count, signal);
        if (played.length === 0)
          throw new Error(
            `demonstrate: found no success in ${demonstrators.count} episodes, wanted one; another --seed has others`,
          );
        const failed = demonstrators.count - played.length;
        if (failed > 0) say(`left out ${failed} of ${demonstrators.count} episodes, which did not succeed`);
        return demonstrationsOf(played, demonstrators);
      };
      const { lengths } = await record(folder, { part, episodes: () => count, environment: task }, options);
      const sorted = lengths.toSorted((a, b) => a - b);
      const what =
        `${count} episodes, ${demonstrators.about}, ${lengths.reduce((sum, length) => sum + length, 0)} steps, ` +
        `${sorted[0]} … ${sorted.at(-1)} an episode${tried}`;
      say(`wrote ${folder.dir}: ${what}`);
      return what;
    } finally {
      await demonstrators.close();
    }
  });
}

async function demonstratorsOf({ task, ...options }: DemonstrateOptions): Promise<Demonstrators> {
  return task === 'avoid'
    ? (await import('./demonstrate-avoid.ts')).avoidDemonstrators(options)
    : (await import('./demonstrate-arm.ts')).armDemonstrators(task, options);
}
