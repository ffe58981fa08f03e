/**
 * Enrolment links, by which somebody whose factors were reset signs in and sets up new ones. The previous
 * version goes on beside it: it does not know the table.
 */
import { ForwardMigration } from './forward-migration.js';

export class Enrolments1796871600000 extends ForwardMigration {
  readonly name = 'Enrolments1796871600000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [
  `CREATE TABLE "enrolments" ("account" text PRIMARY KEY NOT NULL, "hash" text NOT NULL, "until" bigint NOT NULL)`,
  `CREATE UNIQUE INDEX "enrolments_hash" ON "enrolments" ("hash")`,
  `CREATE INDEX "enrolments_until" ON "enrolments" ("until")`,
];
