/**
 * Authenticator apps (RFC 6238): six digits that change every 30 s, from a secret that the app and the gate share.
 *
 *   begun, its secret shown ──a number of it typed──▶ confirmed, and from then on asked for
 *
 * The secret is sealed at rest. A number counts once, and so do those beside it: clocks may differ by a step.
 */
import type { AccountId } from '../../approval/brand.js';
import type { Account } from '../accounts/accounts.js';
import type { Encryption } from '../../base/crypto/encryption.js';
import type { Random } from '../../base/crypto/random.js';
import type { Clock } from '../../base/time/clock.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { FactorLedger } from '../../contract/factor-ledger.js';
import type { Person } from './person.js';

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface Authenticator {
  /** A new secret, in place of one that is not confirmed; false: one is confirmed. */
  begin(account: AccountId): Promise<boolean>;
  /** What an app is told: an `otpauth:` address, and its secret to type. Null: nothing is begun, or it is confirmed. */
  begun(account: Pick<Account, 'id' | 'name'>): Promise<{ readonly uri: string; readonly secret: string } | null>;
  /** False: it is not the number. */
  confirm(person: Person, typed: string): Promise<boolean>;
  /** The step that the number is of; null: it is none of now. That it was used before, the ledger sees. */
  stepOf(account: AccountId, typed: string): Promise<number | null>;
  /** False: there is none. */
  remove(person: Person): Promise<boolean>;
}

export interface AuthenticatorDeps {
  readonly factors: FactorLedger;
  readonly encryption: Pick<Encryption, 'seal' | 'open'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly onEvent: (event: IdentityEvent) => void;
  readonly random: Pick<Random, 'hex'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

const PURPOSE = 'authenticator app';
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** Before and after now. */
const STEPS_ASIDE = 1;
/** ASCII digits alone: the library throws for those of other scripts. */
const NUMBER = /^[0-9]{6}$/;

export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { factors, encryption, clock, random } = deps;
  const { host } = new URL(deps.publicUrl);

  async function kept(account: AccountId) {
    const record = await factors.totp(account);
    const secret = record === null ? null : encryption.open(PURPOSE, account, record.sealed);
    return record === null || secret === null ? null : { ...record, secret };
  }

  async function stepBy(secret: string, typed: string): Promise<number | null> {
    const number = typed.replaceAll(/[ -]/g, '');
    if (!NUMBER.test(number)) return null;
    const now = clock.nowMs();
    const delta = (await appOf(secret, '', host)).validate({ token: number, timestamp: now, window: STEPS_ASIDE });
    return delta === null ? null : Math.floor(now / (PERIOD_SECONDS * 1_000)) + delta;
  }

  return {
    begin: (account) => {
      const sealed = encryption.seal(PURPOSE, account, random.hex(SECRET_BYTES));
      return factors.beginTotp({ account, sealed });
    },

    async begun({ id, name }) {
      const found = await kept(id);
      if (found === null || found.isConfirmed) return null;
      const app = await appOf(found.secret, name, host);
      return { uri: app.toString(), secret: app.secret.base32 };
    },

    async confirm(person, typed) {
      const { account, session } = person;
      const found = await kept(account);
      if (found === null || found.isConfirmed) return false;
      const step = await stepBy(found.secret, typed);
      if (step === null) return false;
      const confirmed = { account, sealed: found.sealed, step, session };
      const isConfirmed = await factors.confirmTotp(confirmed, auditOf(person, 'authenticator_added'));
      if (isConfirmed) deps.onEvent({ event: 'auth_gate.factor_added', account, factor: 'authenticator' });
      return isConfirmed;
    },

    async stepOf(account, typed) {
      const found = await kept(account);
      return found?.isConfirmed === true ? stepBy(found.secret, typed) : null;
    },

    async remove(person) {
      const { account } = person;
      const isRemoved = await factors.removeTotp(account, auditOf(person, 'authenticator_removed'));
      if (isRemoved) deps.onEvent({ event: 'auth_gate.factor_removed', account, factor: 'authenticator' });
      return isRemoved;
    },
  };
}

async function appOf(secretHex: string, label: string, host: string) {
  const { Secret, TOTP } = await import('otpauth');
  return new TOTP({ issuer: `Koder Gate ${host}`, label, secret: Secret.fromHex(secretHex), period: PERIOD_SECONDS });
}

function auditOf({ account, address }: Person, what: string) {
  return { who: account, what, surface: 'page', site: null, address, detail: {} } as const;
}
