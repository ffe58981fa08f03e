/** How a ledger says that its database cannot answer. Known by its code, so that it survives a worker's boundary. */

const CODE = 'ledger_unavailable';

/**
 * What is wrong with a database, as far as it or the system said so, for operators and without a secret.
 *
 *   full       no room on its disk            broken    its disk fails        corrupt  what it holds cannot be read
 *   read_only  it may be read, not written    missing   its files were moved, deleted or replaced under us
 *   refused    it does not let us in, or not do what we must                  busy     somebody else holds it, or all of it
 *   away       it is not there to be asked
 */
export interface LedgerFault {
  readonly kind: 'full' | 'broken' | 'corrupt' | 'read_only' | 'missing' | 'refused' | 'busy' | 'away';
  /** Half a sentence: `its disk is full (SQLITE_FULL)`. */
  readonly reason: string;
  /** What to do. Whole sentences. */
  readonly cure: string;
}

export class LedgerUnavailable extends Error {
  readonly code = CODE;
  /** Null: nothing was said that anybody could mend. */
  readonly fault: LedgerFault | null;

  constructor(message = '', options: ErrorOptions & { readonly fault?: LedgerFault | null } = {}) {
    super(message, options);
    this.fault = options.fault ?? null;
  }

  /** What the database, or the way to it, said of itself. */
  get reason(): string | null {
    return this.fault?.reason ?? null;
  }
}

export function isLedgerUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === CODE;
}

/** Null where the error is another one, or says nothing of its cause. */
export function faultIn(error: unknown): LedgerFault | null {
  return isLedgerUnavailable(error) ? ((error as LedgerUnavailable).fault ?? null) : null;
}

const OF_STORAGE: ReadonlySet<LedgerFault['kind']> = new Set(['full', 'broken', 'corrupt', 'read_only', 'missing']);

/** The place where it is stored is at fault: it does not get better by waiting for the database. */
export function isOfStorage({ kind }: LedgerFault): boolean {
  return OF_STORAGE.has(kind);
}
