/** Secrets of stored providers: sealed for their place, opened for whoever sends, and sealed anew once a key is rotated. */
import type { Random } from '../../base/crypto/random.js';
import type { AuditEntry, MailLedger, StoredSecret } from '../../contract/ledger.js';
import { openSecret, sealSecret, type KeyRing, type OpenedSecret, type SecretPlace } from './sealed-secret.js';

type Of = Pick<StoredSecret, 'providerId' | 'purpose'>;

const NONCE_BYTES = 12;
/** So many are sealed anew in one turn, so that no turn takes long. */
const REWRAP_BATCH = 50;

export interface SecretsDeps {
  readonly ring: KeyRing;
  readonly random: Pick<Random, 'hex'>;
}

export function sealFor(of: Of, text: string, { ring, random }: SecretsDeps): Pick<StoredSecret, 'sealed' | 'keyId'> {
  const sealed = sealSecret(ring, placeOf(of), { text, nonce: random.hex(NONCE_BYTES) });
  return { sealed, keyId: ring[0].id };
}

export function openStored(ring: KeyRing, secret: Pick<StoredSecret, 'sealed'> & Of): OpenedSecret {
  return openSecret(ring, placeOf(secret), secret.sealed);
}

function placeOf({ providerId, purpose }: Of): SecretPlace {
  return { record: `provider:${String(providerId)}`, purpose };
}

/**
 * Seals those anew that another key than the first sealed, at most a batch; answers whether more may be left. One that does not open
 * stays as it is, and `gate doctor` names it. Of two processes that do so at once, one's text stays.
 */
export async function rewrapSecrets(
  ledger: Pick<MailLedger, 'records' | 'rewrapSecret'>,
  deps: SecretsDeps,
): Promise<{ readonly rewrapped: number; readonly isMore: boolean }> {
  const { secrets } = await ledger.records();
  const due = secrets.flatMap((secret) => {
    const opened = secret.keyId === deps.ring[0].id ? null : openStored(deps.ring, secret);
    return opened?.kind === 'opened' ? [{ secret, text: opened.secret.revealText() }] : [];
  });
  let rewrapped = 0;
  for (const { secret, text } of due.slice(0, REWRAP_BATCH)) {
    const input = { id: secret.id, from: secret.sealed, ...sealFor(secret, text, deps) };
    if (await ledger.rewrapSecret(input, BY_CLOCK)) rewrapped += 1;
  }
  return { rewrapped, isMore: due.length > REWRAP_BATCH };
}

const BY_CLOCK: AuditEntry = {
  who: 'clock',
  what: 'mail_secret_rewrapped',
  surface: 'clock',
  site: null,
  address: null,
  detail: {},
};
