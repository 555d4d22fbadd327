import { type Episode, evaluate } from '@dppo/agent';
import { parseJson } from '@dppo/files';
import { z } from 'zod';

import type { ActingHere, RunHere } from './run-here.ts';

/** Which episodes of an evaluation a task is. */
const part = z.strictObject({
  seed: z.int().min(0),
  count: z.int().min(1).max(10_000),
  first: z.int().min(0),
});

export type EvaluationPart = z.output<typeof part>;

const episodes = z.array(
  z.strictObject({
    return: z.number(),
    length: z.int().min(1),
    success: z.boolean().exactOptional(),
    progress: z.number().min(0).max(1).exactOptional(),
  }),
);

/** Which episodes a task is, as bytes. */
export function formatEvaluation(of: EvaluationPart): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(of));
}

/** Plays episodes of a policy, those which `formatEvaluation` made bytes of. */
export async function evaluation(
  run: RunHere,
  { policy, params }: ActingHere,
  data: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const json = parseJson(new TextDecoder().decode(data), { values: 10, depth: 2 }, 'evaluation');
  const { seed, count, first } = part.parse(json);
  const played = await run.inEnvironments(count, (env) =>
    evaluate(policy, params, env, { seed, first, signal }),
  );
  return new TextEncoder().encode(JSON.stringify(played));
}

/**
 * The episodes of a part of an evaluation.
 *
 * @throws Error where they are others than were asked for
 */
export function parseEpisodes(bytes: Uint8Array, { first, count }: EvaluationPart): readonly Episode[] {
  const name = `episodes ${first} to ${first + count - 1}`;
  const json = parseJson(new TextDecoder().decode(bytes), { values: 10 * count, depth: 3 }, name);
  const parsed = episodes.length(count).safeParse(json);
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
