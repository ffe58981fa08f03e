/**
 * Passkeys: a key on somebody's device that signs a challenge of ours once the device has verified them. So it is two factors in one.
 *
 *   asked ──signed by a passkey, its counter ahead──▶ spent, a session in the same commit
 *   asked by whoever is signed in ──a new key made──▶ spent, the passkey in the same commit
 *
 * A challenge is bound to the browser that asked, hashed at rest, and good for one answer.
 */
import { PROOF_GOOD_FOR_SECONDS } from '../../approval/approval-proof.js';
import type { AccountId } from '../../approval/brand.js';
import { hasPasskeysAt } from '../../base/net/passkey-origin.js';
import { sha256Hex } from '../../base/crypto/digest.js';
import type { Random } from '../../base/crypto/random.js';
import type { IdentityEvent } from '../../contract/identity-event.js';
import type { FactorLedger, HeldChallenge, Passkey, SignInProof } from '../../contract/ledger.js';
import type { Account, Accounts } from '../accounts/accounts.js';
import { ALGORITHMS, assertedBy, attested, credentialIn, type RelyingParty } from './webauthn.js';
import { fit } from '../../base/text/fit.js';
import { MAX_WAY_NAME_CHARACTERS } from '../accounts/ways.js';
import { isSecret, newSecret } from '../secret.js';
import { approvalAskedOf, askingLimit } from './approval-asking.js';
import { addingLimit, signInLimits, type Asker, type Limits } from './passkey-limits.js';
import type { Person } from './person.js';

/** What a browser is asked, as JSON. */
type Question = Readonly<Record<string, unknown>>;

/** Whoever is signed in, in this browser. */
export interface Adder {
  readonly account: Account;
  /** What the session's cookie holds. */
  readonly cookieValue: string;
  readonly address: string;
}

/** Rejects with `LedgerUnavailable` when the database cannot answer. */
export interface Passkeys {
  /** `browser`: what it holds already. Null: too much was asked for from there. */
  askToSignIn(
    browser: string | undefined,
    asker: Asker,
  ): Promise<{ readonly question: Question; readonly browser: string } | null>;
  /** What an answer proves, which is seen as a session is started by it. Null: it is none, or of nobody. */
  prove(answer: string, browser: string | undefined): Promise<SignInProof | null>;
  /** Asks for one of theirs, for this act alone. Null: too much was asked for. */
  askToApprove(person: Person, act: string): Promise<Question | null>;
  /** What an answer proves, which is seen as it is spent. Null: it is none of theirs, or not given in their session. */
  proveApproval(person: Person, answer: string): Promise<Extract<SignInProof, { readonly kind: 'passkey' }> | null>;
  /** Null: too much was asked for by them, or they have as many as anybody may. */
  askToAdd(adder: Adder): Promise<Question | null>;
  add(
    adder: Adder,
    made: { readonly answer: string; readonly name: string },
  ): Promise<'added' | 'refused' | 'known_already'>;
  /** Oldest first. */
  of(account: AccountId): Promise<readonly Passkey[]>;
}

export interface PasskeysDeps {
  readonly factors: FactorLedger;
  readonly accounts: Accounts;
  readonly onEvent: (event: IdentityEvent) => void;
  readonly random: Pick<Random, 'hex'>;
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
}

export const CHALLENGE_TTL_SECONDS = 600;
const MAX_PASSKEYS = 20;

/** Null where browsers have none: the host is an address, or plain http and not `localhost`. */
export function createPasskeys(deps: PasskeysDeps): Passkeys | null {
  const { factors, accounts, random } = deps;
  const party = relyingParty(deps.publicUrl);
  if (party === null) return null;
  const ask = asking(deps);

  return {
    async askToSignIn(held, asker) {
      const browser = isSecret(held) ? held : newSecret(random);
      const challenge = await ask({ kind: 'passkey_sign_in', holder: browser, account: null }, signInLimits(asker));
      return challenge === null ? null : { browser, question: signInQuestion(challenge, party) };
    },

    async prove(answer, browser) {
      const id = credentialIn(answer);
      if (id === null || !isSecret(browser)) return null;
      const passkey = await factors.passkey(id);
      if (passkey === null || accounts.find(passkey.account, passkey.kept) === null) return null;
      const asserted = await assertedBy(passkey, answer, party);
      if (asserted?.userHandle !== userHandle(passkey.account)) return null;
      const { account } = passkey;
      return {
        kind: 'passkey',
        challenge: heldBy(asserted.challenge, browser),
        id,
        account,
        counter: asserted.counter,
      };
    },

    ...approving(deps, party),

    async askToAdd({ account, cookieValue }) {
      const { id } = account;
      const has = await factors.passkeys(id);
      if (has.length >= MAX_PASSKEYS) return null;
      const challenge = await ask({ kind: 'passkey_add', holder: cookieValue, account: id }, [addingLimit(id)]);
      return challenge === null ? null : addQuestion(challenge, { party, account, has });
    },

    async add({ account: { id: account }, cookieValue, address }, { answer, name }) {
      const made = await attested(answer, party);
      if (made === null) return 'refused';
      const { challenge, ...key } = made;
      const passkey = { ...key, account, name: fit(name, MAX_WAY_NAME_CHARACTERS) };
      const audit = auditOf({ account, address, name: passkey.name });
      const added = await factors.addPasskey(passkey, heldBy(challenge, cookieValue), audit);
      if (added === 'added') deps.onEvent({ event: 'auth_gate.factor_added', account, factor: 'passkey' });
      return added === 'spent' ? 'refused' : added;
    },

    of: (account) => factors.passkeys(account),
  };
}

/** For one approval, by whoever is signed in. */
function approving(
  { factors, random }: PasskeysDeps,
  party: RelyingParty,
): Pick<Passkeys, 'askToApprove' | 'proveApproval'> {
  return {
    async askToApprove({ account, session }, act) {
      const challenge = newChallenge(random);
      const held = { hash: sha256Hex(challenge), holder: session };
      const isAsked = await factors.ask({ ...held, ...approvalAskedOf(account, act) }, askingLimit(account));
      if (!isAsked) return null;
      const theirs = await factors.passkeys(account);
      return {
        ...signInQuestion(challenge, party),
        timeout: PROOF_GOOD_FOR_SECONDS * 1_000,
        allowCredentials: theirs.map(({ id, transports }) => ({ type: 'public-key', id, transports })),
      };
    },

    async proveApproval({ account, session }, answer) {
      const id = credentialIn(answer);
      const passkey = id === null ? null : await factors.passkey(id);
      if (id === null || passkey?.account !== account) return null;
      const asserted = await assertedBy(passkey, answer, party);
      // a device that was told which passkey to use may leave out whose it is
      if (asserted === null || !isOf(account, asserted.userHandle)) return null;
      const challenge = { hash: sha256Hex(asserted.challenge), holder: session };
      return { kind: 'passkey', challenge, id, account, counter: asserted.counter };
    },
  };
}

/** Answers the challenge. Null: one of the limits is reached. */
function asking({ factors, random }: PasskeysDeps) {
  return async ({ kind, holder, account }: AskOf, [limit, wider]: Limits): Promise<string | null> => {
    const challenge = newChallenge(random);
    const held = { ...heldBy(challenge, holder), kind, account };
    const isAsked = await factors.ask({ ...held, data: null, ttlSeconds: CHALLENGE_TTL_SECONDS }, limit, wider);
    return isAsked ? challenge : null;
  };
}

function newChallenge(random: Pick<Random, 'hex'>): string {
  return Buffer.from(newSecret(random), 'hex').toString('base64url');
}

function isOf(account: AccountId, handle: string | null | undefined): boolean {
  return handle === undefined || handle === null || handle === '' || handle === userHandle(account);
}

interface AskOf {
  readonly kind: 'passkey_sign_in' | 'passkey_add';
  /** What the browser holds. */
  readonly holder: string;
  readonly account: AccountId | null;
}

function relyingParty(publicUrl: string): RelyingParty | null {
  const { hostname, origin } = new URL(publicUrl);
  return hasPasskeysAt(publicUrl) ? { origin, id: hostname } : null;
}

function heldBy(challenge: string, holder: string): HeldChallenge {
  return { hash: sha256Hex(challenge), holder: sha256Hex(holder) };
}

/** What a device keeps of whose a passkey is. A digest, so that it tells no address. */
function userHandle(account: AccountId): string {
  return Buffer.from(sha256Hex(`koder-gate account ${account}`), 'hex').toString('base64url');
}

function signInQuestion(challenge: string, { id }: RelyingParty): Question {
  return { challenge, rpId: id, timeout: CHALLENGE_TTL_SECONDS * 1_000, userVerification: 'required' };
}

interface Adding {
  readonly party: RelyingParty;
  readonly account: Account;
  readonly has: readonly Passkey[];
}

/** A device that has one for this account already makes none. */
function addQuestion(challenge: string, { party, account, has }: Adding): Question {
  return {
    challenge,
    rp: { id: party.id, name: 'Koder Gate' },
    user: { id: userHandle(account.id), name: account.name, displayName: account.name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_TTL_SECONDS * 1_000,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    excludeCredentials: has.map(({ id, transports }) => ({ type: 'public-key', id, transports })),
  };
}

interface Noted {
  readonly account: AccountId;
  readonly address: string;
  readonly name: string;
}

function auditOf({ account, address, name }: Noted) {
  return { who: account, what: 'passkey_added', surface: 'page', site: null, address, detail: { name } } as const;
}
