/** An audit trail that was opened for reading alone: straight at the database, by no process of the gate. */
import type { AuditTrail } from '../../../contract/ledger.js';

export interface OpenTrail {
  readonly trail: AuditTrail;
  close(): Promise<void>;
}

export class TrailUnreadable extends Error {
  constructor(
    readonly code: 'trail_missing' | 'trail_older',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The tables of the seals are not there. */
  static older(cause: unknown): TrailUnreadable {
    return new TrailUnreadable('trail_older', 'this database is of a version that did not seal its trail', { cause });
  }
}
