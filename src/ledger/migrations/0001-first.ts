/** The first migration: all tables of the ledger's first version. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { statements as postgres } from './0001-first-postgres.js';
import { statements as sqlite } from './0001-first-sqlite.js';

/** A class, because TypeORM makes migrations itself; the digits are the time that orders them. */
export class First1795402800000 implements MigrationInterface {
  readonly name = 'First1795402800000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = runner.dataSource.options.type === 'postgres' ? postgres : sqlite;
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations of the ledger go forward only'));
  }
}
