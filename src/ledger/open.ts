/** Opens the ledger, whichever database it is on. What is not used is not loaded. */
import { existsSync } from 'node:fs';
import type { Log } from '../base/process/log.js';
import type { Ledger } from '../contract/ledger.js';
import type { OpenTrail } from './verbs/audit/open-trail.js';
import type { LedgerPlace } from './place.js';

/**
 * Opens and migrates. Rejects when the database cannot be opened: with `code` `ledger_in_use` when another process has the
 * file, `ledger_unavailable` when PostgreSQL is out of reach or refuses us.
 */
export async function openLedger(where: LedgerPlace, deps: { readonly log: Log }): Promise<Ledger> {
  if (where.kind === 'sqlite') return (await import('./sqlite/ledger.js')).openSqliteLedger(where, deps);
  return reached(async () => (await import('./postgres/ledger.js')).openPostgresLedger(where.url, deps));
}

/** Runs pending migrations and answers their names, oldest first. */
export async function migrateLedger(where: LedgerPlace): Promise<readonly string[]> {
  if (where.kind === 'sqlite') return (await import('./sqlite/migrate.js')).migrateSqlite(where.file);
  return reached(async () => (await import('./postgres/migrate.js')).migratePostgres(where.url));
}

/** The names of migrations that have not run there yet, oldest first. Changes nothing. */
export async function pendingMigrations(where: LedgerPlace): Promise<readonly string[]> {
  if (where.kind === 'postgres')
    return reached(async () => (await import('./postgres/migrate.js')).pendingOnPostgres(where.url));
  const { allMigrations, pendingOnSqlite } = await import('./sqlite/migrate.js');
  return existsSync(where.file) ? pendingOnSqlite(where.file) : allMigrations();
}

/**
 * Opens the audit trail for reading: beside a gate that runs, on a replica or on a restored backup. Rejects with `code`
 * `trail_missing` or `trail_older` where there is none; what it reads rejects with `ledger_unavailable` as a ledger does.
 */
export async function openTrail(where: LedgerPlace): Promise<OpenTrail> {
  if (where.kind === 'sqlite') return (await import('./sqlite/trail.js')).openSqliteTrail(where.file);
  return (await import('./postgres/trail.js')).openPostgresTrail(where.url);
}

async function reached<Opened>(open: () => Promise<Opened>): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    const { asOpeningFailure } = await import('./postgres/failure.js');
    throw asOpeningFailure(error);
  }
}
