import type { Column, Table } from '../rollout/table.ts';
import type { Valued } from './returns.ts';

/** What the minibatches of an update are of; what the policy saw is in columns `obs.*`. */
export type Experience = {
  /** Paths [S, Ta, Da]. */
  readonly states: Column;
  /** ln p of each sample at collection [S − window + 1]. */
  readonly logProb: Column;
  /** V before the update. */
  readonly value: Column<Float32Array>;
  /** R */
  readonly return: Column<Float32Array>;
  readonly [name: string]: Column;
};

/** The columns of a rollout, and of what was derived of it, that gradients are of. */
export function experienceOf(
  table: Table,
  { value, return: returns }: Pick<Valued, 'value' | 'return'>,
): Experience {
  const { states, logProb, step } = table;
  const seen = Object.entries(table).filter(([name]) => name.startsWith('obs.'));
  return { ...Object.fromEntries(seen), states, logProb, ...(step && { step }), value, return: returns };
}
