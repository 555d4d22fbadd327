import type { Asked } from '@dppo/agent';
import { parseJson } from '@dppo/files';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';

import { expectation } from '../options/explain.ts';

/** What a policy takes. */
export interface Sizes {
  /** To, observations that it sees at once. */
  readonly condSteps: number;
  /** Do, numbers of one of them. */
  readonly obsDim: number;
  /** Observations that one may ask for at once. */
  readonly maxBatch: number;
}

/** What is asked for. */
export interface Question {
  readonly asked: readonly Asked[];
  /** Whether it is a list that is asked for, and therefore answered. */
  readonly several: boolean;
}

const fields = z.strictObject({
  id: z.union([z.string().max(200), z.int()], 'wanted a whole number, or text of at most 200').optional(),
  seed: z.int().min(0).optional(),
  observation: z.unknown().optional(),
  observations: z.unknown().optional(),
});

/** The most bytes of a question: numbers as JSON have 25 characters and what stands between them. */
export function mostBytes({ condSteps, obsDim, maxBatch }: Sizes): number {
  return 1024 + 32 * maxBatch * condSteps * obsDim;
}

/** @throws HTTPException where a text is no JSON, or has more in it than a question can */
export function jsonIn(text: string, { condSteps, obsDim, maxBatch }: Sizes): unknown {
  try {
    const values = 100 + 2 * maxBatch * condSteps * (obsDim + 2);
    return parseJson(text, { values, depth: 8 }, 'the question');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new HTTPException(400, { message: `${error.message}${reason}` });
  }
}

/** The name of a question, if it has one, whatever else is wrong with it. */
export function idOf(question: unknown): string | number | undefined {
  return z.object({ id: fields.shape.id }).safeParse(question).data?.id;
}

/** @throws HTTPException that says what is wrong with a question */
export function questionOf(value: unknown, sizes: Sizes): Question {
  const { success, data, error } = fields.safeParse(value);
  if (!success) throw refused(explained(error.issues[0], value));
  const { seed, observation, observations } = data;
  if ((observation === undefined) === (observations === undefined))
    throw refused('wanted one of observation and observations');
  if (observation !== undefined)
    return { asked: [{ obs: rowOf(observation, 'observation', sizes), seed }], several: false };
  const { maxBatch } = sizes;
  if (!Array.isArray(observations) || observations.length === 0 || observations.length > maxBatch)
    throw refused(`observations: found ${said(observations)}, wanted a list of 1 … ${maxBatch}`);
  const rows = observations.map((one, i) => rowOf(one, `observations[${i}]`, sizes));
  return { asked: rows.map((obs) => ({ obs, seed })), several: true };
}

/**
 * The observations in the bytes of a question.
 *
 * @param bytes - float32, little-endian [B, To · Do]
 * @throws HTTPException where they are not whole, too many or not finite
 */
export function questionIn(bytes: Uint8Array, { condSteps, obsDim, maxBatch }: Sizes): Question {
  const size = condSteps * obsDim;
  const count = bytes.length / (4 * size);
  if (!Number.isInteger(count) || count < 1 || count > maxBatch)
    throw refused(
      `found ${bytes.length} bytes, wanted 1 … ${maxBatch} times ${4 * size}: ${size} numbers in float32`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const asked = Array.from({ length: count }, (_, row) => ({
    obs: finite(
      Float32Array.from({ length: size }, (__, i) => view.getFloat32(4 * (row * size + i), true)),
      `observation ${row}`,
    ),
  }));
  return { asked, several: true };
}

/** The chunks of an answer as bytes, float32, little-endian, after those of `head`. */
export function bytesOf(
  chunks: readonly Float32Array[],
  head: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const numbers = chunks.flatMap((chunk) => [...chunk]);
  const bytes = new Uint8Array(head.length + 4 * numbers.length);
  bytes.set(head);
  const view = new DataView(bytes.buffer, head.length);
  numbers.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}

/** An observation, flat or a list for each of its steps. */
function rowOf(value: unknown, name: string, { condSteps, obsDim }: Sizes): Float32Array {
  const wanted = condSteps === 1 ? `${obsDim} numbers` : `${condSteps} lists of ${obsDim} numbers`;
  if (!Array.isArray(value)) throw refused(`${name}: found ${said(value)}, wanted ${wanted}`);
  const steps: readonly unknown[] = value.some(Array.isArray) ? value : [value];
  const isFlat = steps[0] === value && value.length === condSteps * obsDim;
  const isNested =
    steps.length === condSteps && steps.every((step) => Array.isArray(step) && step.length === obsDim);
  if (!isFlat && !isNested) {
    const found = steps.length === condSteps ? steps.map(said).join(', ') : `${steps.length} lists`;
    throw refused(`${name}: found ${steps[0] === value ? said(value) : found}, wanted ${wanted}`);
  }
  const numbers = steps.flat();
  const other = numbers.findIndex((one) => typeof one !== 'number');
  if (other >= 0) throw refused(`${name}: found ${said(numbers[other])} at place ${other}, wanted a number`);
  return finite(Float32Array.from(numbers.map(Number)), name);
}

function finite(row: Float32Array, name: string): Float32Array {
  const place = row.findIndex((value) => !Number.isFinite(value));
  if (place < 0) return row;
  throw refused(`${name}: found ${row[place]} at place ${place}, wanted finite numbers of float32`);
}

/** What stands in JSON in place of what was wanted. */
function said(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === undefined) return 'nothing';
  return value === null || typeof value === 'number' ? String(value) : typeof value;
}

function explained(issue: z.core.$ZodIssue, question: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return `found ${issue.keys[0].slice(0, 100)}, wanted observation or observations, seed and id alone`;
  if (issue.path.length === 0) return `found ${said(question)}, wanted a JSON object`;
  const [key] = issue.path;
  const [, found] = Object.entries(Object(question)).find(([name]) => name === key) ?? [];
  return `${String(key)}: found ${said(found)}, wanted ${expectation(issue)}`;
}

function refused(message: string): HTTPException {
  return new HTTPException(400, { message });
}
