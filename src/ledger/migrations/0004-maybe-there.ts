/**
 * The fourth migration: which cards may be there although nothing acknowledged them. The previous version goes on beside it:
 * what it leaves unanswered is taken for nowhere, as it takes it itself.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { statements as postgres } from './0004-maybe-there-postgres.js';
import { statements as sqlite } from './0004-maybe-there-sqlite.js';

export class MaybeThere1795662000000 implements MigrationInterface {
  readonly name = 'MaybeThere1795662000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = runner.dataSource.options.type === 'postgres' ? postgres : sqlite;
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations of the ledger go forward only'));
  }
}
