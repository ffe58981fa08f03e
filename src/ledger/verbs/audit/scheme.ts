/**
 * How entries are committed to and chained. `docs/audit.md` is this file in words, for whoever verifies with another
 * program: a change here is a new version there, and old seals must go on verifying.
 */
import { sha256Hex } from '../../../base/crypto/digest.js';
import type { Hidden, PersonalField, Sealed, StoredEntry } from '../../../contract/ledger.js';

const FIELD = 'koder-gate/audit/field/1';
const ENTRY = 'koder-gate/audit/entry/1';
const SEAL = 'koder-gate/audit/seal/1';

/** What replaces a field that was erased. No entry is written with these values. */
export const ERASED = { who: 'erased', address: 'erased', detail: '{}' } as const satisfies Record<
  PersonalField,
  string
>;

/**
 * Items one after another, each with its length in UTF-8 bytes before it (`5:hello,`), null as `-,`: whatever the items
 * hold, two different lists never have the same bytes.
 */
export function encode(items: readonly (string | null)[]): string {
  return items.map((item) => (item === null ? '-,' : `${String(Buffer.byteLength(item, 'utf8'))}:${item},`)).join('');
}

/** Without the salt nobody can try out values: of IPv4 addresses there are few. */
export function fieldHash(field: PersonalField, salt: string, value: string): string {
  return sha256Hex(encode([FIELD, field, salt, value]));
}

export type FieldHashes = Readonly<Record<PersonalField, string | null>>;

export function commitmentOf(entry: StoredEntry, hashes: FieldHashes): string {
  const { id, atMs, what, surface, site, requestId } = entry;
  return sha256Hex(
    encode([
      ENTRY,
      String(id),
      String(atMs),
      hashes.who,
      what,
      surface,
      site,
      hashes.address,
      requestId,
      hashes.detail,
    ]),
  );
}

/** `previous`: the seal of the number before; null for the first. */
export function sealOf(previous: string | null, number: number, commitment: string): string {
  return sha256Hex(encode([SEAL, previous, String(number), commitment]));
}

/** The hashes of an entry as it stands now. Null: an erased field holds something, or an absent one does. */
export function hashesOf(entry: StoredEntry, hidden: Sealed['hidden']): FieldHashes | null {
  const hashes = { who: null, address: null, detail: null } as Record<PersonalField, string | null>;
  for (const field of ['who', 'address', 'detail'] as const) {
    const hash = hashOf(field, entry[field], hidden[field]);
    if (hash === undefined) return null;
    hashes[field] = hash;
  }
  return hashes;
}

function hashOf(field: PersonalField, value: string | null, hidden: Hidden): string | null | undefined {
  switch (hidden.kind) {
    case 'salted':
      return value === null ? undefined : fieldHash(field, hidden.salt, value);
    case 'erased':
      return value === ERASED[field] ? hidden.hash : undefined;
    case 'absent':
      return value === null ? null : undefined;
  }
}
