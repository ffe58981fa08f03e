/** Adds what several processes may find out at the same time, and is one entry all the same. */
import type { AuditEntry } from '../../../contract/ledger.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { once } from '../replays/once.js';
import { addAudit } from './add.js';

export function* addAuditOnce(entry: AuditEntry, key: string): UnitOfWork<boolean> {
  if (!(yield* once(`audit:${key}`))) return false;
  yield* addAudit(entry, null);
  return true;
}
