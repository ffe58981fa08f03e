/**
 * The second migration: reasons, revocations and lost cards; mutes, links, replays, dead letters, leases, tokens. The
 * previous version goes on beside it: what it does not know may be null or has a default.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { statements as postgres } from './0002-chat-postgres.js';
import { statements as sqlite } from './0002-chat-sqlite.js';

export class Chat1795489200000 implements MigrationInterface {
  readonly name = 'Chat1795489200000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = runner.dataSource.options.type === 'postgres' ? postgres : sqlite;
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations of the ledger go forward only'));
  }
}
