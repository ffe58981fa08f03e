/** How a ledger says that its database cannot answer. Known by its code, so that it survives a worker's boundary. */

const CODE = 'ledger_unavailable';

export class LedgerUnavailable extends Error {
  readonly code = CODE;
  /** What the database, or the way to it, said of itself: for operators, without a secret, in half a sentence. Null: nothing. */
  readonly reason: string | null;

  constructor(message = '', options: ErrorOptions & { readonly reason?: string | null } = {}) {
    super(message, options);
    this.reason = options.reason ?? null;
  }
}

export function isLedgerUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === CODE;
}
