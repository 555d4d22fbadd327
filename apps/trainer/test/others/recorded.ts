import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** The path of what make.py wrote. */
export function recorded(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** What make.py wrote and packed. */
export function unpacked(name: string): Buffer {
  return gunzipSync(readFileSync(recorded(`${name}.gz`)));
}

/** The files of a policy of lerobot 0.4. */
export const lerobotParts = [
  'config.json',
  'model.safetensors',
  'policy_preprocessor.json',
  'policy_preprocessor_step_3_normalizer_processor.safetensors',
  'policy_postprocessor.json',
  'policy_postprocessor_step_0_unnormalizer_processor.safetensors',
] as const;

/** Writes them into `folder`. */
export function writeLerobot(folder: string): void {
  for (const part of lerobotParts) writeFileSync(join(folder, part), unpacked(`lerobot.${part}`));
}
