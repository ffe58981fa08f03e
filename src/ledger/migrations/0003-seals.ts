/**
 * The third migration: seals of the audit trail, and what retention finds its rows by. The previous version goes on beside
 * it: what it adds to the trail has no number, and is sealed like all else.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { statements as postgres } from './0003-seals-postgres.js';
import { statements as sqlite } from './0003-seals-sqlite.js';

export class Seals1795575600000 implements MigrationInterface {
  readonly name = 'Seals1795575600000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = runner.dataSource.options.type === 'postgres' ? postgres : sqlite;
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations of the ledger go forward only'));
  }
}
