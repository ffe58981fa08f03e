/**
 * The fourth migration: which cards may be there although nothing acknowledged them. The previous version goes on beside it:
 * what it leaves unanswered is taken for nowhere, as it takes it itself.
 */
import { ForwardMigration } from './forward-migration.js';

export class MaybeThere1795662000000 extends ForwardMigration {
  readonly name = 'MaybeThere1795662000000';
  readonly sqlite = sqlite;
  readonly postgres = postgres;
}

const sqlite: readonly string[] = [`ALTER TABLE "deliveries" ADD "is_maybe_there" integer NOT NULL DEFAULT 0`];

const postgres: readonly string[] = [`ALTER TABLE "deliveries" ADD "is_maybe_there" integer NOT NULL DEFAULT '0'`];
