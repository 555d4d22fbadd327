import type { Metrics } from '@dppo/agent';

import type { Live } from '../output/live.ts';
import type { LoggedRow } from '../runs/run.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** What the progress of a training shows. */
export interface TrainingView {
  /** What is going on. */
  readonly show: (phase: string) => void;
  /** How many chunks of the iteration are collected. */
  readonly stepped: (steps: number) => void;
  readonly finished: (row: LoggedRow) => void;
}

/**
 * Tells progress by iterations, or by minutes where their limit is nearer, with the numbers of the last iteration; `elapsed` are
 * the run's seconds.
 */
export function trainingView(
  live: Live,
  { iterations, steps, maxMinutes = Infinity }: FinetuneOptions,
  elapsed: () => number,
  begun: number,
): TrainingView {
  let done = begun;
  let numbers = '';
  const show = (phase: string): void => {
    const minutes = elapsed() / 60;
    const text = `${phase}${numbers}`;
    const atMost = Math.max(0, (maxMinutes - minutes) * 60);
    live.progress(
      minutes / maxMinutes > done / iterations
        ? {
            done: Number(Math.min(minutes, maxMinutes).toFixed(1)),
            total: maxMinutes,
            unit: 'minutes',
            text: `iteration ${done + 1}: ${text}`,
            atMost,
          }
        : { done, total: iterations, unit: 'iterations', text, atMost },
    );
  };
  return {
    show,
    stepped: (taken) => show(taken < steps ? `sampling ${taken} of ${steps}` : 'updating'),
    finished: (row) => {
      done = row.iteration;
      numbers = ` | ${describePhases(row)}`;
      show('finished');
    },
  };
}

function describePhases(metrics: Metrics): string {
  const seconds = (name: string): string => `${name} ${metrics[`time/${name}`].toFixed(1)}`;
  const mean = metrics['rollout/ep_rew_mean'];
  return [
    ...(Number.isNaN(mean) ? [] : [`return ${mean.toFixed(0)}`]),
    `${metrics['time/fps'].toFixed(0)} steps/s`,
    `${['sampling', 'physics', 'update'].map(seconds).join(' + ')} s`,
  ].join(', ');
}
