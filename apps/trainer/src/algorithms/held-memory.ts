import { totalmem } from 'node:os';

import type { DenoiserSpec } from '@dppo/policy/head';

import { networkSize } from '../policy/network-size.ts';
import { wholeNetwork } from '../policy/whole-network.ts';

/** A part of what a training holds in memory at least. */
export interface Held {
  /** the option that decides how much, with its value */
  readonly option: string;
  readonly what: string;
  readonly bytes: number;
}

/** What the network of a policy holds: its weights with all that is kept beside them, and what its layers put out for some rows. */
export function heldBy(
  network: DenoiserSpec,
  {
    policy,
    copies,
    rows,
  }: {
    readonly policy?: string | undefined;
    readonly copies: number;
    readonly rows: Omit<Held, 'bytes'> & { readonly count: number };
  },
): readonly Held[] {
  const { weights, outputs } = networkSize(network);
  const { option, what, count } = rows;
  return [
    {
      option: policy === undefined ? sizeOption(network) : `--policy ${policy}`,
      what: 'weights',
      bytes: 4 * copies * weights,
    },
    { option, what, bytes: 4 * outputs * count },
  ];
}

function sizeOption(network: DenoiserSpec): string {
  const whole = wholeNetwork(network);
  return whole.kind === 'mlp' ? `--hidden ${whole.hidden.join()}` : `--unet-dim ${whole.dim}`;
}

/** @throws Error naming what decides the largest part where all of them do not fit into `memory` */
export function checkHeld(parts: readonly Held[], memory = totalmem()): void {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (bytes <= memory) return;
  const largest = parts.reduce((one, other) => (other.bytes > one.bytes ? other : one));
  const room = Math.max(0, memory - (bytes - largest.bytes));
  const [found, wanted] = [largest.bytes, room].map((size) => `${(size / 1e9).toPrecision(3)} GB`);
  throw new Error(
    `${largest.option}: found ${found} of ${largest.what}, wanted at most ${wanted}, which the memory of this machine has left for them`,
  );
}
