/**
 * The fifth migration: less to write with each request and decision. The previous version goes on beside it, and finds without
 * an index what it used these for: a request's slots, among few; and for a person who asks, a site's entries in the trail.
 */
import { ForwardMigration } from './forward-migration.js';

export class FewerPages1795748400000 extends ForwardMigration {
  readonly name = 'FewerPages1795748400000';
  readonly sqlite = sqlite;
  readonly postgres = postgres;
}

/**
 * Tables whose key is most of their row become that key's tree, where they were a tree of rows and one of keys. SQLite changes
 * no table into one without row numbers, so each is made anew and takes the old one's name.
 */
const sqlite: readonly string[] = [
  `DROP INDEX "slots_request"`,
  `DROP INDEX "audit_site"`,
  `CREATE INDEX "audit_site" ON "audit" ("site", "id") WHERE number IS NOT NULL`,
  ...remade('asked', [
    `"request_id" text NOT NULL, "approver" text NOT NULL, "endpoint" text NOT NULL`,
    `CONSTRAINT "asked_request" FOREIGN KEY ("request_id") REFERENCES "requests" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION`,
    `PRIMARY KEY ("request_id", "approver", "endpoint")`,
  ]),
  ...remade('windows', [`"key" text PRIMARY KEY NOT NULL, "until" bigint NOT NULL, "request_id" text NOT NULL`]),
  ...remade('replays', [`"key" text PRIMARY KEY NOT NULL, "until" bigint NOT NULL`]),
  `CREATE INDEX "replays_until" ON "replays" ("until")`,
];

const postgres: readonly string[] = [
  `DROP INDEX "slots_request"`,
  `DROP INDEX "audit_site"`,
  `CREATE INDEX "audit_site" ON "audit" ("site", "id") WHERE number IS NOT NULL`,
];

/** Its columns are those of the old one, in their order. */
function remade(table: string, parts: readonly string[]): readonly string[] {
  return [
    `CREATE TABLE "${table}_remade" (${parts.join(', ')}) WITHOUT ROWID`,
    `INSERT INTO "${table}_remade" SELECT * FROM "${table}" ORDER BY 1, 2`,
    `DROP TABLE "${table}"`,
    `ALTER TABLE "${table}_remade" RENAME TO "${table}"`,
  ];
}
