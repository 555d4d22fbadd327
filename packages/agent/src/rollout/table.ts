import * as tf from '@tensorflow/tfjs';

import { members } from '../members.ts';

/** What a column may hold. */
export type Numbers = Float32Array | Int32Array | Uint8Array;

/** One column: as many rows as its table has, each row-major in `shape`. */
export interface Column<N extends Numbers = Numbers> {
  /** Shape of one row; [] for a number. */
  readonly shape: readonly number[];
  /** [rows, …shape] */
  readonly data: N;
}

/**
 * Named columns of equally many rows: a rollout, a minibatch, a replay buffer, demonstrations. Columns whose names begin with
 * `obs.` are what a policy sees. A type, not an interface, so that types of certain columns are tables too.
 */
export type Table = { readonly [name: string]: Column };

/** Product of the dimensions: numbers in a row of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/**
 * How many rows `table` has.
 *
 * @throws RangeError where there are no columns, or they are not equally long
 */
export function rowsOf(table: Table): number {
  const rows = Object.entries(table).map(
    ([name, { shape, data }]) => [name, data.length / sizeOf(shape)] as const,
  );
  if (rows.length === 0 || rows.some(([, count]) => count !== rows[0][1])) {
    const got = rows.map(([name, count]) => `${name} ${count}`).join(', ') || 'no columns';
    throw new RangeError(`table: got ${got}, wanted columns of equally many rows`);
  }
  return rows[0][1];
}

/** A table with room for so many `rows` like those of `table`, zeros. */
export function emptyLike<T extends Table>(table: T, rows: number): T;
export function emptyLike(table: Table, rows: number): Table {
  return mapped(table, ({ shape, data }) => like(data, rows * sizeOf(shape)));
}

/** The `rows` of `table` with these numbers, in this order; each may be chosen several times. */
export function gatherRows<T extends Table>(table: T, rows: ArrayLike<number>): T;
export function gatherRows(table: Table, rows: ArrayLike<number>): Table {
  return mapped(table, ({ shape, data }) => {
    const size = sizeOf(shape);
    const out = like(data, rows.length * size);
    for (let i = 0; i < rows.length; i++)
      out.set(data.subarray(rows[i] * size, (rows[i] + 1) * size), i * size);
    return out;
  });
}

/**
 * The rows of `tables` of the same columns, one table after another.
 *
 * @throws RangeError where there is no table, or a column is not in all of them
 */
export function concatRows<T extends Table>(tables: readonly T[]): T;
export function concatRows(tables: readonly Table[]): Table {
  if (tables.length === 0) throw new RangeError('concatRows: got no tables, wanted at least 1');
  const [wanted, ...others] = tables.map((table) => Object.keys(table).toSorted().join(', '));
  const odd = others.findIndex((names) => names !== wanted);
  if (odd >= 0) {
    throw new RangeError(`concatRows: table ${odd + 1} has columns ${others[odd]}, wanted ${wanted}`);
  }
  const out = emptyLike(
    tables[0],
    tables.reduce((sum, table) => sum + rowsOf(table), 0),
  );
  let at = 0;
  for (const table of tables) {
    putRows(out, at, table);
    at += rowsOf(table);
  }
  return out;
}

/**
 * Overwrites rows of `into` by `rows`, from number `at` on and around the end: with a counter, a replay buffer. Columns that are not in `into` are left out.
 *
 * @throws RangeError naming a column of `into` that is missing or of another shape, and where the rows are more than fit; nothing
 * is overwritten then
 */
export function putRows(into: Table, at: number, rows: Table): void {
  rowsOf(rows);
  for (const [name, { shape, data: target }] of Object.entries(into)) {
    const given = rows[name];
    if (given?.shape.join() !== shape.join() || given.data.length > target.length) {
      const got = given
        ? `[${[given.data.length / sizeOf(given.shape), ...given.shape].join(', ')}]`
        : 'missing';
      throw new RangeError(
        `putRows: ${name} is ${got}, wanted at most ${target.length / sizeOf(shape)} rows of [${shape.join()}]`,
      );
    }
  }
  for (const [name, { shape, data: target }] of Object.entries(into)) {
    const { data } = rows[name];
    const start = (at * sizeOf(shape)) % target.length;
    const first = data.subarray(0, target.length - start);
    target.set(first, start);
    target.set(data.subarray(first.length), 0);
  }
}

/** A tensor of each column of `table` [rows, …shape]; called inside `tf.tidy`. */
export function tensorsOf(table: Table): tf.NamedTensorMap {
  const tensors = Object.entries(table).map(([name, { shape, data }]) => [
    name,
    tf.tensor(data, [data.length / sizeOf(shape), ...shape]),
  ]);
  return Object.fromEntries(tensors);
}

/** What a policy sees of the rows of `table`, by name; called inside `tf.tidy`. */
export function observationOf(table: Table): tf.NamedTensorMap {
  return tensorsOf(columnsOf(table, 'obs.'));
}

/** The columns whose names begin with `prefix`, by their names without it. */
export function columnsOf(table: Table, prefix: string): Table {
  return members(table, prefix);
}

function mapped(table: Table, f: (column: Column) => Numbers): Table {
  return Object.fromEntries(
    Object.entries(table).map(([name, column]) => [name, { shape: column.shape, data: f(column) }]),
  );
}

function like(data: Numbers, length: number): Numbers {
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length);
}
