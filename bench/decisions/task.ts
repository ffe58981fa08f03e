/** What a bench tells each side to do: which requests to decide, and how many at once. */
import { Secret } from '../../src/base/crypto/secret.js';
import type { LedgerPlace } from '../../src/ledger/place.js';

export interface ToDecide {
  readonly ids: readonly string[];
  readonly atOnce: number;
}

export interface Decided {
  readonly tookMs: number;
}

/** A PostgreSQL URL, or the path of a SQLite file. */
export function placeOf(where: string): LedgerPlace {
  return where.startsWith('postgres://')
    ? { kind: 'postgres', url: new Secret(where) }
    : { kind: 'sqlite', file: where };
}
