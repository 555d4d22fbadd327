import { type ColumnSource, fileWriter, ParquetWriter } from 'hyparquet-writer';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** One column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: 'FLOAT' | 'DOUBLE' | 'INT64' | 'BOOLEAN' | 'STRING';
  /** Whether each row is a list of such values. */
  readonly isList: boolean;
}

/** Rows of a Parquet file by column. */
export type ParquetRows = Readonly<Record<string, readonly unknown[]>>;

/** A Parquet file that rows are added to. */
export interface ParquetTable {
  add(rows: ParquetRows): void;
  /** Writes what is left and how it is laid out. */
  finish(): void;
}

/** Rows that are written at once. */
const GROUP = 4096;

/** Begins a Parquet file; rows are in memory until there are enough for a group. */
export function parquetTable(
  path: string,
  columns: readonly ParquetColumn[],
  about: Readonly<Record<string, string>> = {},
): ParquetTable {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(schemaOf)],
    kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value })),
    createdBy: 'dppo',
  });
  let waiting = columns.map(({ name }): { name: string; data: unknown[] } => ({ name, data: [] }));
  const write = (): void => {
    const columnData: ColumnSource[] = waiting;
    void writer.write({ columnData, rowGroupSize: waiting[0].data.length });
    waiting = columns.map(({ name }) => ({ name, data: [] }));
  };
  return {
    add: (rows) => {
      for (const { name, data } of waiting) for (const value of rows[name]) data.push(value);
      if (waiting[0].data.length >= GROUP) write();
    },
    finish: () => {
      if (waiting[0].data.length > 0) write();
      void writer.finish();
    },
  };
}

/** A list is three elements within one another. */
function schemaOf({ name, type, isList }: ParquetColumn): SchemaElement[] {
  const value = (called: string): SchemaElement => ({
    name: called,
    repetition_type: 'OPTIONAL',
    ...(type === 'STRING' ? { type: 'BYTE_ARRAY', converted_type: 'UTF8' } : { type }),
  });
  if (!isList) return [value(name)];
  const list = { converted_type: 'LIST', logical_type: { type: 'LIST' } } as const;
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, ...list },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    value('element'),
  ];
}
