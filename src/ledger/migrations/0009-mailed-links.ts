/**
 * The ninth migration: links to sign in by that are mailed to whoever asks, and what bounds how often. The previous version goes
 * on beside it: it knows neither table.
 */
import { ForwardMigration } from './forward-migration.js';

export class MailedLinks1796094000000 extends ForwardMigration {
  readonly name = 'MailedLinks1796094000000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE TABLE "mailed_links" (
    "hash" text PRIMARY KEY NOT NULL, "approver" text NOT NULL, "browser" text NOT NULL, "mailbox" text NOT NULL,
    "asked_at" bigint NOT NULL, "until" bigint NOT NULL, "address" text NOT NULL, "asked_by" text NOT NULL,
    "number" text, "tries" integer NOT NULL, "used_at" bigint)`,
  `CREATE INDEX "mailed_links_browser" ON "mailed_links" ("browser")`,
  `CREATE INDEX "mailed_links_until" ON "mailed_links" ("until")`,
  `CREATE TABLE "attempt_windows" ("key" text PRIMARY KEY NOT NULL, "until" bigint NOT NULL, "n" integer NOT NULL)`,
  `CREATE INDEX "attempt_windows_until" ON "attempt_windows" ("until")`,
];
