import { sizeOf, type Table } from './rollout/table.ts';

/** Demonstrated chunks: observations and the actions that followed. */
export interface Chunks {
  /** The number of items. */
  readonly length: number;
  /**
   * The items of these `indices`, each in [0, length), a row each: `obs.*`, `actions` [Ta, Da] and, where each chunk goes with a noise of
   * its own, `noise` [Ta, Da]; without it noise is drawn.
   */
  gather(indices: Int32Array): Table;
}

/** @throws Error naming the column and the item of `indices` that is not finite */
export function checkChunks(table: Table, indices: Int32Array): void {
  for (const [name, { shape, data }] of Object.entries(table)) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    const size = sizeOf(shape);
    throw new Error(
      `pretrain: ${name} of item ${indices[Math.floor(bad / size)]} is ${data[bad]} in dimension ${bad % (shape.at(-1) ?? 1)}, wanted finite numbers`,
    );
  }
}
