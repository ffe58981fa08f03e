/** Tells couriers, in whichever process they run, that deliveries of these transports may be due now. */
import { announce, type UnitOfWork } from '../../unit-of-work.js';

export function* announceDue(transports: readonly string[]): UnitOfWork<void> {
  const due = [...new Set(transports)].sort();
  if (due.length > 0) yield* announce({ kind: 'due', transports: due });
}
