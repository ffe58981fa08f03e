/**
 * The second factor of a session that began by one: a number of the account's authenticator app, or a recovery code. Five may be tried
 * for a session, and ten for an account in 15 minutes, counted in the database; a passkey is no guess, and signs in by itself.
 */
import type { FactorLedger, FactorsOf, SignInProof } from '../../contract/ledger.js';
import type { Authenticator } from './authenticator.js';
import type { Person } from './person.js';
import type { RecoveryCodes } from './recovery-codes.js';

interface Typed {
  readonly kind: 'number' | 'code';
  readonly text: string;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface SecondFactor {
  of(account: Person['account']): Promise<FactorsOf>;
  /** What was typed proves, which is seen as a session is started by it. `too_many`: it was not even looked at. */
  prove(person: Person, typed: Typed): Promise<SignInProof | 'wrong' | 'too_many'>;
}

export interface SecondFactorDeps {
  readonly factors: Pick<FactorLedger, 'tryChallenge' | 'of'>;
  readonly authenticator: Authenticator;
  readonly recoveryCodes: RecoveryCodes;
}

const MAX_TRIES = 5;
const MAX_TRIES_AN_ACCOUNT = 10;
const TRIES_WINDOW_SECONDS = 900;

export function createSecondFactor({ factors, authenticator, recoveryCodes }: SecondFactorDeps): SecondFactor {
  return {
    of: (account) => factors.of(account),

    async prove({ account, session }, { kind, text }) {
      const challenge = { hash: session, holder: session };
      const tried = await factors.tryChallenge(
        { ...challenge, kind: 'second_factor', maxTries: MAX_TRIES },
        { max: MAX_TRIES_AN_ACCOUNT, windowSeconds: TRIES_WINDOW_SECONDS },
      );
      if (tried !== account) return 'too_many';
      if (kind === 'code') {
        const hash = recoveryCodes.hashOf(account, text);
        return hash === null ? 'wrong' : { kind: 'recovery_code', challenge, account, hash };
      }
      const step = await authenticator.stepOf(account, text);
      return step === null ? 'wrong' : { kind: 'totp', challenge, account, step };
    },
  };
}
