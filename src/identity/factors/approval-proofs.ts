/**
 * Proofs of one approval: a passkey, a number, a recovery code, or, for whoever has none of these, that they signed in just now.
 *
 *   asked, for a request and a time, in a session ──answered there──▶ spent, in the commit of the approval
 */
import { PROOF_GOOD_FOR_SECONDS } from '../../approval/approval-proof.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import type { ApprovalProof, FactorLedger } from '../../contract/ledger.js';
import { isSecret, newSecret } from '../secret.js';
import { approvalAskedOf, askingLimit } from './approval-asking.js';
import type { Passkeys } from './passkeys.js';
import type { Person } from './person.js';
import type { SecondFactor } from './second-factor.js';

/** What a form brought. */
export type Given =
  /** What a browser answered for a passkey. */
  | { readonly kind: 'passkey'; readonly answer: string }
  /** `asked`: what `ask` gave. */
  | { readonly kind: 'number' | 'code'; readonly asked: string; readonly text: string };

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface ApprovalProofs {
  /** To be sent back with a number or a code that is typed. Null: too much was asked for. */
  ask(person: Person, act: string): Promise<string | null>;
  /** The question for a browser. Null: too much was asked for, or browsers have no passkeys here. */
  askPasskey(person: Person, act: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** Whether it was for this request, in time and not used is seen as it is spent. `too_many`: it was not even looked at. */
  prove(person: Person, given: Given): Promise<ApprovalProof | 'wrong' | 'too_many'>;
  /** That they signed in just now; null where that was too long ago, by this process's clock. The ledger judges it. */
  bySignIn(person: Person, authenticatedAtMs: number | null): ApprovalProof | null;
}

export interface ApprovalProofsDeps {
  readonly factors: Pick<FactorLedger, 'ask'>;
  readonly passkeys: Passkeys | null;
  readonly secondFactor: SecondFactor;
  readonly clock: { nowMs(): number };
  readonly random: Pick<Random, 'hex'>;
}

export function createApprovalProofs(deps: ApprovalProofsDeps): ApprovalProofs {
  const { factors, passkeys, secondFactor, clock, random } = deps;
  return {
    async ask({ account, session }, act) {
      const asked = newSecret(random);
      const held = { hash: sha256Hex(asked), holder: session };
      return (await factors.ask({ ...held, ...approvalAskedOf(account, act) }, askingLimit(account))) ? asked : null;
    },

    askPasskey: async (person, act) => (await passkeys?.askToApprove(person, act)) ?? null,

    async prove(person, given) {
      if (given.kind === 'passkey') return (await passkeys?.proveApproval(person, given.answer)) ?? 'wrong';
      if (!isSecret(given.asked)) return 'wrong';
      const challenge = { hash: sha256Hex(given.asked), holder: person.session };
      return secondFactor.proveAnew(person, given, { challenge, kind: 'approval' });
    },

    bySignIn({ account, session }, authenticatedAtMs) {
      if (authenticatedAtMs === null || clock.nowMs() - authenticatedAtMs > PROOF_GOOD_FOR_SECONDS * 1_000) return null;
      return { kind: 'sign_in', account, session, mark: sha256Hex(`used to approve: the sign-in of ${session}`) };
    },
  };
}
