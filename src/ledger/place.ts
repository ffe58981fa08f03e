/** Where a ledger lies, as the configuration says it. The one place that knows the name of SQLite's file. */
import { join } from 'node:path';
import type { Secret } from '../base/secret.js';

/** `file`: the SQLite file, made where missing. `url`: `postgres://…`. */
export type LedgerPlace =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: Secret };

/** PostgreSQL where a URL names it, otherwise SQLite in the data folder. */
export function ledgerPlace(said: { readonly dataDir: string; readonly databaseUrl: Secret | null }): LedgerPlace {
  if (said.databaseUrl !== null) return { kind: 'postgres', url: said.databaseUrl };
  return { kind: 'sqlite', file: join(said.dataDir, 'gate.sqlite') };
}
