/**
 * Proving again, by a number or a code, who is signed in already: before what changes how they prove it. It starts another session, as
 * every proof does. A passkey needs no question of this kind: it signs in by itself.
 */
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import type { AttemptLimit, FactorLedger } from '../../contract/ledger.js';
import { isSecret, newSecret } from '../secret.js';
import type { Person } from './person.js';
import type { SecondFactor, Typed, TypedProof } from './second-factor.js';

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface Again {
  /** To be sent back with what is typed. Null: too much was asked for. */
  ask(person: Person): Promise<string | null>;
  prove(person: Person, asked: string, typed: Typed): Promise<TypedProof | 'wrong' | 'too_many'>;
}

export interface AgainDeps {
  readonly factors: Pick<FactorLedger, 'ask'>;
  readonly secondFactor: SecondFactor;
  readonly random: Pick<Random, 'hex'>;
}

const GOOD_FOR_SECONDS = 600;
const MAX_ASKED_AN_HOUR = 300;

export function createAgain({ factors, secondFactor, random }: AgainDeps): Again {
  return {
    async ask({ account, session }) {
      const asked = newSecret(random);
      const isAsked = await factors.ask(
        {
          hash: sha256Hex(asked),
          holder: session,
          kind: 'second_factor',
          account,
          data: null,
          ttlSeconds: GOOD_FOR_SECONDS,
        },
        limitOf(account),
      );
      return isAsked ? asked : null;
    },

    async prove(person, asked, typed) {
      if (!isSecret(asked)) return 'wrong';
      const challenge = { hash: sha256Hex(asked), holder: person.session };
      return secondFactor.proveAnew(person, typed, { challenge, kind: 'second_factor' });
    },
  };
}

/** Not that of approvals: these are asked for by a look, and whoever approves presses a button of ours. */
function limitOf(account: Person['account']): AttemptLimit {
  return { key: `proof again asked of ${account}`, max: MAX_ASKED_AN_HOUR, windowSeconds: 3_600 };
}
