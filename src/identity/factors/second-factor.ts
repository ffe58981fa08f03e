/**
 * The second factor of a session that began by one: a number of the account's authenticator app, or a recovery code. Five may be tried
 * for a session, and ten for an account in 15 minutes, counted in the database; a passkey is no guess, and signs in by itself.
 */
import type { ChallengeKind, FactorLedger, FactorsOf, HeldChallenge, SignInProof } from '../../contract/ledger.js';
import type { Authenticator } from './authenticator.js';
import type { Person } from './person.js';
import type { RecoveryCodes } from './recovery-codes.js';

export interface Typed {
  readonly kind: 'number' | 'code';
  readonly text: string;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface SecondFactor {
  of(account: Person['account']): Promise<FactorsOf>;
  /** What was typed proves, which is seen as a session is started by it. `too_many`: it was not even looked at. */
  prove(person: Person, typed: Typed): Promise<TypedProof | 'wrong' | 'too_many'>;
  /** The same, for another question than that of signing in. */
  proveAnew(person: Person, typed: Typed, asked: Asked): Promise<TypedProof | 'wrong' | 'too_many'>;
}

export type TypedProof = Extract<SignInProof, { readonly kind: 'totp' | 'recovery_code' }>;

interface Asked {
  readonly challenge: HeldChallenge;
  readonly kind: ChallengeKind;
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
  async function proveAnew({ account }: Person, { kind, text }: Typed, asked: Asked) {
    const { challenge } = asked;
    const tried = await factors.tryChallenge(
      { ...challenge, kind: asked.kind, maxTries: MAX_TRIES },
      { max: MAX_TRIES_AN_ACCOUNT, windowSeconds: TRIES_WINDOW_SECONDS },
    );
    if (tried !== account) return 'too_many';
    if (kind === 'code') {
      const hash = recoveryCodes.hashOf(account, text);
      return hash === null ? 'wrong' : ({ kind: 'recovery_code', challenge, account, hash } as const);
    }
    const step = await authenticator.stepOf(account, text);
    return step === null ? 'wrong' : ({ kind: 'totp', challenge, account, step } as const);
  }

  return {
    of: (account) => factors.of(account),
    prove: (person, typed) =>
      proveAnew(person, typed, {
        challenge: { hash: person.session, holder: person.session },
        kind: 'second_factor',
      }),
    proveAnew,
  };
}
