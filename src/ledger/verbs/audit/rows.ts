/** From rows of `audit` and `seals` to what the trail's readers know. */
import type { Hidden, PersonalField, Sealed, StoredEntry } from '../../../contract/ledger.js';
import { audit, type AuditTableRow, type SealRow } from '../../tables/audit.js';
import { mapper } from '../../tables/mapper.js';

export const storedEntry: (row: AuditTableRow) => StoredEntry = mapper(audit);

export function hiddenOf(row: SealRow): Sealed['hidden'] {
  return {
    who: hidden(row.who_salt, row.who_hash),
    address: hidden(row.address_salt, row.address_hash),
    detail: hidden(row.detail_salt, row.detail_hash),
  };
}

export function erasedIn(row: Pick<SealRow, 'who_hash' | 'address_hash' | 'detail_hash'>): readonly PersonalField[] {
  return (['who', 'address', 'detail'] as const).filter((field) => row[`${field}_hash`] !== null);
}

/** A stored hash counts only where the salt is gone: as long as there is a salt, the hash is computed from the field. */
function hidden(salt: string | null, hash: string | null): Hidden {
  if (salt !== null) return { kind: 'salted', salt };
  return hash === null ? { kind: 'absent' } : { kind: 'erased', hash };
}
