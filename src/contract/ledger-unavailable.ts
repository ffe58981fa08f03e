/** How a ledger says that its database cannot answer. Known by its code, so that it survives a worker's boundary. */

const CODE = 'ledger_unavailable';

export class LedgerUnavailable extends Error {
  readonly code = CODE;
}

export function isLedgerUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === CODE;
}
