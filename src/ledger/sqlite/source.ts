/** The SQLite database as TypeORM opens it, and TypeORM's own connection, on which the units of work run. */
import type Database from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { entities } from '../tables/tables.js';
import { migrations } from '../migrations/migrations.js';
import { makeFile } from './lock.js';

export interface SqliteSource {
  readonly source: DataSource;
  readonly connection: Database.Database;
}

export async function openSqliteSource(file: string): Promise<SqliteSource> {
  makeFile(file);
  const source = new DataSource({
    type: 'better-sqlite3',
    database: file,
    entities,
    migrations,
    migrationsTableName: 'migrations',
    enableWAL: true,
    prepareDatabase(connection: Database.Database) {
      // A commit that was answered must outlive a power cut, not only this process (sqlite.org/pragma.html#pragma_synchronous).
      connection.pragma('synchronous = FULL');
      // What a statement would undo is kept in memory: past 64 KiB, it is a file otherwise, written page by page.
      connection.pragma('temp_store = MEMORY');
    },
  });
  await source.initialize();
  const { databaseConnection } = source.driver as unknown as { readonly databaseConnection: Database.Database };
  return { source, connection: databaseConnection };
}
