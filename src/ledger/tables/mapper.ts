/**
 * From a row to the record that the contract knows, by rule: `request_id` is `requestId`, a time has its unit (`until` is
 * `untilMs`), and what is `is_…` is true or false. What has another name or form there, a verb adds by hand.
 */
import { columnsOf, type Columns, type Row, type Table, type ValueOf } from './columns.js';

type Camel<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Name & string;

type FieldName<Name, Column> = Column extends { readonly type: 'bigint' } ? `${Camel<Name>}Ms` : Camel<Name>;

type FieldValue<Name, Column> = Name extends `is_${string}`
  ? boolean | Extract<ValueOf<Column>, null>
  : ValueOf<Column>;

type RecordOf<Of extends Columns> = {
  readonly [Name in keyof Of as FieldName<Name, Of[Name]>]: FieldValue<Name, Of[Name]>;
};

/** Maps these columns of a table and no others, whatever else a row holds; all where none is named. */
export function mapper<Of extends Columns, Name extends keyof Of & string = keyof Of & string>(
  table: Table<Of>,
  ...names: readonly Name[]
): (row: Row<Pick<Of, Name>>) => RecordOf<Pick<Of, Name>> {
  const fields = Object.entries<Columns[string]>(columnsOf(table, ...names)).map(([column, { type }]) => {
    const name = column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return { column: column as Name, field: type === 'bigint' ? `${name}Ms` : name, isFact: column.startsWith('is_') };
  });
  return (row) => {
    const record: Record<string, unknown> = {};
    for (const { column, field, isFact } of fields) {
      const value: unknown = row[column];
      record[field] = isFact && value !== null ? value === 1 : value;
    }
    return record as RecordOf<Pick<Of, Name>>;
  };
}
