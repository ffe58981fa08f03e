/**
 * Rollups by minute, hour and day, and marks of how far their sources were counted. The previous version goes on beside it: it does not
 * know the tables, and what it writes to the trail and to attempts is counted all the same.
 */
import { ForwardMigration } from './forward-migration.js';

export class Rollups1797217200000 extends ForwardMigration {
  readonly name = 'Rollups1797217200000';
  readonly sqlite = [`${ROLLUPS} WITHOUT ROWID`, ...statements];
  readonly postgres = [ROLLUPS, ...statements];
}

const ROLLUPS = `CREATE TABLE "rollups" (
  "resolution" text NOT NULL, "name" text NOT NULL, "at" bigint NOT NULL, "dims" text NOT NULL, "bucket" integer NOT NULL,
  "n" bigint NOT NULL, PRIMARY KEY ("resolution", "name", "at", "dims", "bucket"))`;

const statements: readonly string[] = [
  `CREATE INDEX "rollups_at" ON "rollups" ("resolution", "at")`,
  `CREATE TABLE "rollup_marks" (
    "name" text PRIMARY KEY NOT NULL, "position" bigint NOT NULL, "pending" text, "at" bigint NOT NULL)`,
];
