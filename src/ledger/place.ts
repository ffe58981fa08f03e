/** Where a ledger lies, as the configuration says it. The one place that knows the name of SQLite's file. */
import { join } from 'node:path';
import type { Secret } from '../base/crypto/secret.js';

/**
 * `file`: the SQLite file, made where missing. `enclosedFile`: another database beside it, which a backup encloses; null or
 * absent: none. `url`: `postgres://…`.
 */
export type LedgerPlace =
  | { readonly kind: 'sqlite'; readonly file: string; readonly enclosedFile?: string | null }
  | { readonly kind: 'postgres'; readonly url: Secret };

/** PostgreSQL where a URL names it, otherwise SQLite in the data folder. `enclosed`: the name of the file beside it. */
export function ledgerPlace(
  { dataDir, databaseUrl }: { readonly dataDir: string; readonly databaseUrl: Secret | null },
  enclosed: string | null,
): LedgerPlace {
  if (databaseUrl !== null) return { kind: 'postgres', url: databaseUrl };
  const enclosedFile = enclosed === null ? null : join(dataDir, enclosed);
  return { kind: 'sqlite', file: join(dataDir, 'gate.sqlite'), enclosedFile };
}
