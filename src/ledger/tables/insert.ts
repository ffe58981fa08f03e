/**
 * INSERT by a table's declaration: each value stands beside the name of its column. The compiler refuses a column that the table
 * has not, a value of another type, and a row without one that the database does not fill by itself.
 */
import { commas, sql, text, verbatim, whole, type Spelling, type Sql, type SqlParameter } from '../sql.js';
import type { Columns, Table, ValueOf } from './columns.js';

/** A value, or SQL that computes one. */
type Cell<Column> = ValueOf<Column> | Sql | Spelling;

/** Null or a default stands where nothing is given. */
type MayLack<Column> = Column extends { readonly nullable: true } | { readonly default: unknown } ? true : false;
type IsSerial<Column> = Column extends { readonly generated: 'increment' } ? true : false;

/** A row as it is written: without its serial number, and perhaps without what may be null or has a default. */
export type NewRow<Of extends Columns> = {
  readonly [Name in keyof Of as MayLack<Of[Name]> | IsSerial<Of[Name]> extends false ? Name : never]: Cell<Of[Name]>;
} & {
  readonly [Name in keyof Of as MayLack<Of[Name]> extends true ? Name : never]?: Cell<Of[Name]>;
};

/** Where a row is put together of others, the compiler would let pass what is too much in them. */
type NoMore<Given, Of extends Columns> = Record<Exclude<keyof Given, keyof NewRow<Of>>, never>;

/** `INSERT INTO … VALUES …`, to go on with ON CONFLICT or RETURNING. */
export function insertInto<Of extends Columns, Given extends NewRow<Of>>(
  table: Table<Of>,
  row: Given & NoMore<Given, Of>,
): Sql {
  return sql`INSERT INTO ${target(table, row)} VALUES (${cellsOf(table, row)})`;
}

/**
 * `INSERT INTO … SELECT …`. `source`: what follows the selected values, FROM and WHERE. Before ON CONFLICT it ends in a WHERE,
 * since SQLite takes ON for a join's (sqlite.org/lang_upsert.html, section 2.2).
 */
export function insertFrom<Of extends Columns, Given extends NewRow<Of>>(
  table: Table<Of>,
  row: Given & NoMore<Given, Of>,
  source: Sql,
): Sql {
  return sql`INSERT INTO ${target(table, row)} SELECT ${cellsOf(table, row)} ${source}`;
}

/** The values alone, in the row's own order: for a further SELECT. Each has its column's type, whatever stands around it. */
export function cellsOf<Of extends Columns>({ columns }: Table<Of>, row: NewRow<Of>): Sql {
  const cells = Object.entries<SqlParameter | Sql | Spelling>(row);
  return commas(cells.map(([name, cell]) => (isSql(cell) ? cell : typed(columns[name]?.type, cell))));
}

function target<Of extends Columns>({ table }: Table<Of>, row: NewRow<Of>): Spelling {
  return verbatim(`${table} (${Object.keys(row).join(', ')})`);
}

function isSql(cell: SqlParameter | Sql | Spelling): cell is Sql | Spelling {
  return typeof cell === 'object' && cell !== null;
}

function typed(type: Columns[string]['type'] | undefined, value: SqlParameter): Sql {
  return type === 'text' ? text(value as string | null) : whole(value as number | null);
}
