/**
 * The column types all tables are made of: those that both databases know. Times are epoch milliseconds in `bigint`,
 * facts that are true or false are 0 or 1, JSON is text: so a row looks the same, whichever database it comes from.
 */
import { EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm';

export const text = { type: 'text' } as const satisfies EntitySchemaColumnOptions;
export const bigint = { type: 'bigint' } as const satisfies EntitySchemaColumnOptions;
export const integer = { type: 'integer' } as const satisfies EntitySchemaColumnOptions;
/** A number the database gives, rising. */
export const serial = {
  type: 'integer',
  primary: true,
  generated: 'increment',
} as const satisfies EntitySchemaColumnOptions;

export function maybe<Column extends EntitySchemaColumnOptions>(column: Column): Column & { readonly nullable: true } {
  return { ...column, nullable: true };
}

/**
 * A table by its name; property names are column names. `withoutRowid` where most of a row is its key: SQLite then has one
 * tree to write and not two (sqlite.org/withoutrowid.html); PostgreSQL does not know of it.
 */
export function table<Row>(name: string, options: Omit<EntitySchemaOptions<Row>, 'name'>): EntitySchema<Row> {
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Row>(), options, { name }));
}
