/**
 * The column types all tables are made of: those that both databases know. Times are epoch milliseconds in `bigint`,
 * facts that are true or false are 0 or 1, JSON is text: so a row looks the same, whichever database it comes from.
 *
 * What a table declares here is all that is said of its columns: row types, `insertInto`, `recordset` and `mapper` are made of it. Only
 * types of TypeORM are named: on SQLite the process speaks to a thread that has it, and does not load it itself.
 */
import type { EntitySchemaColumnOptions, EntitySchemaOptions } from 'typeorm';

export const text = { type: 'text' } as const satisfies Column;
export const bigint = { type: 'bigint' } as const satisfies Column;
export const integer = { type: 'integer' } as const satisfies Column;
/** A number the database gives, rising. */
export const serial = { type: 'integer', primary: true, generated: 'increment' } as const satisfies Column;

export function maybe<One extends Column>(column: One): One & { readonly nullable: true } {
  return { ...column, nullable: true };
}

/** A text of a narrower type: one of a few words, or a branded id. */
export function textOf<Text extends string>(): typeof text & Narrower<Text> {
  return text;
}

export interface Narrower<Text> {
  /** For the compiler alone. */
  readonly text?: Text;
}

type Column = EntitySchemaColumnOptions & { readonly type: 'text' | 'bigint' | 'integer' };

/** Columns by their names: a table's, some of them, or those of a recordset. */
export type Columns = Readonly<Record<string, Column>>;

export type ValueOf<One> =
  | (One extends { readonly text?: infer Text extends string }
      ? Text
      : One extends { readonly type: 'text' }
        ? string
        : number)
  | (One extends { readonly nullable: true } ? null : never);

/** A row of these columns. */
export type Row<Of extends Columns> = { readonly [Name in keyof Of]: ValueOf<Of[Name]> };

/** What our statements are made of, and what TypeORM is told of a table besides its columns. */
export interface Table<Of extends Columns> {
  readonly table: string;
  readonly columns: Of;
  readonly options: TableOptions;
}

type TableOptions = Omit<EntitySchemaOptions<unknown>, 'name' | 'columns'>;

/** What a row of a table is, as its columns say. */
export type RowOf<One> = One extends { readonly columns: infer Of extends Columns } ? Row<Of> : never;

/**
 * A table by its name; property names are column names. `withoutRowid` where most of a row is its key: SQLite then has one
 * tree to write and not two (sqlite.org/withoutrowid.html); PostgreSQL does not know of it.
 */
export function table<Of extends Columns>(
  name: string,
  { columns, ...options }: { readonly columns: Of } & TableOptions,
): Table<Of> {
  return { table: name, columns, options };
}

/** These columns of a table; all where none is named. */
export function columnsOf<Of extends Columns, Name extends keyof Of & string = keyof Of & string>(
  { columns }: Table<Of>,
  ...names: readonly Name[]
): Pick<Of, Name> {
  if (names.length === 0) return columns;
  return Object.fromEntries(names.map((name) => [name, columns[name]])) as Pick<Of, Name>;
}
