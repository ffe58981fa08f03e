/**
 * The fifth migration: less to write with each request and decision. The previous version goes on beside it, and finds without
 * an index what it used these for: a request's slots, among few; and for a person who asks, a site's entries in the trail.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { statements as postgres } from './0005-fewer-pages-postgres.js';
import { statements as sqlite } from './0005-fewer-pages-sqlite.js';

export class FewerPages1795748400000 implements MigrationInterface {
  readonly name = 'FewerPages1795748400000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = runner.dataSource.options.type === 'postgres' ? postgres : sqlite;
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations of the ledger go forward only'));
  }
}
