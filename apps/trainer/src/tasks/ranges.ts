import { type Normalization, readNormalization } from '@dppo/data';
import type { BoundsSpec } from '@dppo/policy/head';

import { checkFile } from '../options/check-file.ts';

/** Ranges as plain numbers. */
export function boundsOf(ranges: Normalization): BoundsSpec {
  return mapped(ranges, (values) => Array.from(values));
}

/** Ranges as their file has them. */
export function rangesOf(bounds: BoundsSpec): Normalization {
  return mapped(bounds, (values) => Float32Array.from(values));
}

/** @throws Error naming the option where there is no such file, or no ranges in it */
export async function rangesIn(file: string): Promise<BoundsSpec> {
  checkFile(file, '--normalization');
  return boundsOf(await readNormalization(file));
}

function mapped<From, To>(
  { obsMin, obsMax, actionMin, actionMax }: Readonly<Record<keyof BoundsSpec, From>>,
  f: (values: From) => To,
): Record<keyof BoundsSpec, To> {
  return { obsMin: f(obsMin), obsMax: f(obsMax), actionMin: f(actionMin), actionMax: f(actionMax) };
}
