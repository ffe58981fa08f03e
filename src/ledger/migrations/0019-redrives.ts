/**
 * What a redriven delivery is in the place of; and on PostgreSQL the order in which operators look through deliveries. The previous
 * version goes on beside it: it neither writes nor reads the column, and a redriven delivery is to it one like all others.
 */
import { ForwardMigration } from './forward-migration.js';

export class Redrives1796958000000 extends ForwardMigration {
  readonly name = 'Redrives1796958000000';
  readonly sqlite = statements;
  readonly postgres = [...statements, `CREATE INDEX "deliveries_newest" ON "deliveries" ("created_at", "id")`];
}

const statements: readonly string[] = [
  `ALTER TABLE "deliveries" ADD "redrive_of" text`,
  `CREATE UNIQUE INDEX "deliveries_redriven" ON "deliveries" ("redrive_of") WHERE redrive_of IS NOT NULL`,
];
