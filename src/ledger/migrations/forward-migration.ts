/**
 * What all migrations share: each is one class with its statements for either database, as TypeORM writes them for the
 * entities. Once released neither its name nor its statements change: databases know it by its name and do not run it again.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A class, because TypeORM makes migrations itself; the digits in a migration's name are the time that orders them. */
export abstract class ForwardMigration implements MigrationInterface {
  abstract readonly name: string;
  /** SQLite: columns are added in place, where TypeORM would copy the whole table. */
  abstract readonly sqlite: readonly string[];
  abstract readonly postgres: readonly string[];

  async up(runner: QueryRunner): Promise<void> {
    const statements = runner.dataSource.options.type === 'postgres' ? this.postgres : this.sqlite;
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations of the ledger go forward only'));
  }
}
