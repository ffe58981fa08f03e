/** Many rows as one parameter, so that one prepared text serves every count of them. */
import { sql, verbatim, type Spelling, type Sql } from '../sql.js';
import type { Columns, Row } from './columns.js';

/** Reads as a table of this name with these columns. Names and types come from this code alone. */
export function recordset<Of extends Columns>(name: string, rows: readonly Row<NoInfer<Of>>[], columns: Of): Sql {
  const typed = Object.entries(columns).map(([column, { type }]) => `${column} ${type}`);
  const read = Object.keys(columns).map((column) => `value ->> '${column}' AS ${column}`);
  const before = { sqlite: `(SELECT ${read.join(', ')} FROM json_each(`, postgres: 'json_to_recordset(CAST(' };
  const behind = { sqlite: `)) AS ${name}`, postgres: ` AS json)) AS ${name}(${typed.join(', ')})` };
  return sql`${before}${JSON.stringify(rows)}${behind}`;
}

/** The columns of a recordset, as a row to be written has them: `made.id` for `id`. */
export function fieldsOf<Of extends Columns>(name: string, columns: Of): { readonly [Name in keyof Of]: Spelling } {
  const fields = Object.keys(columns).map((column) => [column, verbatim(`${name}.${column}`)]);
  return Object.fromEntries(fields) as { readonly [Name in keyof Of]: Spelling };
}
