/**
 * The fifteenth migration: what somebody calls a credential of theirs. The previous version goes on beside it: it neither writes nor
 * reads the column.
 */
import { ForwardMigration } from './forward-migration.js';

export class NamesOfWays1796612400000 extends ForwardMigration {
  readonly name = 'NamesOfWays1796612400000';
  readonly sqlite = statements;
  readonly postgres = statements;
}

const statements: readonly string[] = [`ALTER TABLE "credentials" ADD "label" text`];
