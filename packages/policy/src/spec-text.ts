import { type JsonBudget, parseJson } from '@dppo/files';

import { checkSpec } from './check-spec.ts';
import type { PolicySpec } from './spec.ts';
import { upgrade } from './upgrade.ts';

/** Ranges of thousands of numbers, hundreds of layers. */
const budget: JsonBudget = { values: 100_000, depth: 8 };

/** Of the description; the first one had no number. */
const format = 2;

/**
 * The description from `text`, a file's metadata `dppo`, in today's form also where it was written by an earlier version.
 *
 * @throws Error that begins with `name` and says what is missing, unknown, of another type or at odds with the rest
 */
export function parseSpec(text: string | undefined, name: string): PolicySpec {
  if (text === undefined)
    throw new Error(`${name}: no description of a policy in it, wanted a file written by dppo`);
  const described = parseJson(text, budget, `${name}: the description of the policy`);
  if (typeof described !== 'object' || described === null || !('format' in described)) {
    return checkSpec(upgrade(described, name), name);
  }
  const { format: found, ...spec } = described;
  if (found !== format) {
    throw new Error(
      `${name}: described in format ${JSON.stringify(found)}, wanted ${format} or one before; was it written by a later version?`,
    );
  }
  return checkSpec(spec, name);
}

/**
 * A description as the text that parseSpec reads.
 *
 * @throws Error that begins with `name` where it would not read it
 */
export function formatSpec(spec: PolicySpec, name: string): string {
  return JSON.stringify({ format, ...checkSpec(spec, name) });
}
