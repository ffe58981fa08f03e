/**
 * Recovery codes: ten of 80 random bits, for whoever has lost what they prove themselves by. Each is good once, and new ones make the
 * old ones worthless. They are shown once; what is kept is an HMAC under a key of `GATE_SECRET`.
 */
import { createHmac } from 'node:crypto';
import type { AccountId } from '../../approval/brand.js';
import type { Encryption } from '../../base/crypto/encryption.js';
import type { Random } from '../../base/crypto/random.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { FactorLedger } from '../../contract/factor-ledger.js';
import type { Person } from './person.js';

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface RecoveryCodes {
  /** In place of all they had. */
  renew(person: Person): Promise<readonly string[]>;
  /** However it is typed. Null: it can be nobody's code. */
  hashOf(account: AccountId, typed: string): string | null;
  /** Whether it would still be accepted; changes nothing. */
  isGood(account: AccountId, typed: string): Promise<boolean>;
}

export interface RecoveryCodesDeps {
  readonly factors: Pick<FactorLedger, 'renewRecoveryCodes' | 'knowsRecoveryCode'>;
  readonly onEvent: (event: IdentityEvent) => void;
  readonly encryption: Pick<Encryption, 'deriveKey'>;
  readonly random: Pick<Random, 'hex'>;
}

const CODES = 10;
const CODE_BYTES = 10;
const CODE_CHARACTERS = 16;
const GROUP = 4;
/** Without look-alikes, which are taken for what they look like. */
const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const CODE = /^[0-9a-hjkmnp-tv-z]{16}$/;

export function createRecoveryCodes({ factors, encryption, random, onEvent }: RecoveryCodesDeps): RecoveryCodes {
  function hashOf(account: AccountId, typed: string): string | null {
    const code = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
    if (!CODE.test(code)) return null;
    const key = encryption.deriveKey('recovery codes').reveal();
    return createHmac('sha256', key).update(`${code} ${account}`).digest('hex');
  }

  return {
    hashOf,

    async renew({ account, address }) {
      const codes = Array.from({ length: CODES }, () => written(random.hex(CODE_BYTES)));
      const hashes = codes.flatMap((code) => hashOf(account, code) ?? []);
      const audit = { who: account, what: 'recovery_codes', surface: 'page', site: null, address, detail: {} };
      await factors.renewRecoveryCodes({ account, hashes }, audit);
      onEvent({ event: 'auth_gate.factor_added', account, factor: 'recovery_codes' });
      return codes;
    },

    async isGood(account, typed) {
      const hash = hashOf(account, typed);
      return hash !== null && factors.knowsRecoveryCode({ account, hash });
    },
  };
}

/** `k3v9-…`: four groups of four. */
function written(hex: string): string {
  const digits = BigInt(`0x${hex}`).toString(32).padStart(CODE_CHARACTERS, '0');
  const code = Array.from(digits, (digit) => CROCKFORD.charAt(Number.parseInt(digit, 32))).join('');
  return code.match(new RegExp(`.{${String(GROUP)}}`, 'g'))?.join('-') ?? code;
}
