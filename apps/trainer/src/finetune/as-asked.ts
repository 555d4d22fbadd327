import type { FinetuneOptions } from './finetune-options.ts';

/** That all iterations are done, or that one more, as long as the average one, would end past the limit; undefined to go on. */
export function asAsked(
  iteration: number,
  seconds: number,
  { iterations, maxMinutes = Infinity }: FinetuneOptions,
): string | undefined {
  const done = `${iteration} ${iteration === 1 ? 'iteration' : 'iterations'}`;
  if (iteration >= iterations) return `${done}, as asked`;
  if (iteration === 0 || seconds + seconds / iteration <= maxMinutes * 60) return undefined;
  return `${done} in ${maxMinutes} minutes, as asked`;
}
