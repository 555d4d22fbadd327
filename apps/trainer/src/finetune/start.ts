import { chooseBackend } from '../backend.ts';
import { type Live, noLive } from '../output/live.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { finetune } from './finetune.ts';

/** Chunks per environment and iteration that WebAssembly gets through in a few minutes. */
const WITHOUT_TENSORFLOW = 25;

/** `dppo start`: a fine-tuning run for the first time; a smaller one where there is no TensorFlow. */
export async function start(
  options: FinetuneOptions,
  say: (line: string) => void,
  live: Live = noLive,
): Promise<void> {
  const { name } = await chooseBackend(options.backend);
  if (name === 'tensorflow' || options.steps <= WITHOUT_TENSORFLOW) return finetune(options, say, live);
  say(
    `without TensorFlow: ${WITHOUT_TENSORFLOW} chunks per environment and iteration in place of ${options.steps}`,
  );
  return finetune({ ...options, steps: WITHOUT_TENSORFLOW }, say, live);
}
