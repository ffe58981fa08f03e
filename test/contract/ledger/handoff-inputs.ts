/** What the cases of handing on begin with: somebody who is signed in at the auth host, and each step of a handoff. */
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type {
  AuditEntry,
  CredentialKey,
  HandoffLedger,
  IdentityLedger,
  Ledger,
  SignInProof,
} from '../../../src/contract/ledger.js';
import { lying, type LedgerStage, type Lie } from './case.js';

const random = systemRandom();
const RACERS = 20;
export const ORIGIN = 'https://stg.example.org';
export const FACTS = { provider: 'koder', email: 'eve@example.org', isEmailVerified: true, name: 'Eve' } as const;

export type Begun = Parameters<HandoffLedger['begin']>[0];
export type Given = Parameters<HandoffLedger['giveCode']>[0];
export type Brought = Parameters<HandoffLedger['redeem']>[0];

export function entry(who: string = random.id()): AuditEntry {
  return { who, what: 'handed_on', surface: 'page', site: null, address: null, detail: { mark: random.id() } };
}

/** Somebody of their own with a credential at a provider. */
export interface Person {
  readonly account: AccountId;
  readonly credential: CredentialKey;
}

export async function person(ledger: Ledger, account = `eve-${random.id()}` as AccountId): Promise<Person> {
  const credential = { issuer: 'https://id.example.org', subject: random.id() };
  const to = { kind: 'new', account, name: 'Eve' } as const;
  await ledger.identity.addCredential({ ...credential, ...FACTS, to }, entry());
  return { account, credential };
}

/** The session that the browser had. */
export type Former = NonNullable<Parameters<IdentityLedger['startSession']>[0]['former']>;

/** Answers the hash that names the session. */
export async function signedIn(
  ledger: Ledger,
  { proof, former, idleSeconds = 600 }: { proof: SignInProof; former?: Former; idleSeconds?: number },
): Promise<string> {
  const hash = random.hex(32);
  const session = { hash, csrfKey: 'key', idleSeconds, address: null, browser: null, former: former ?? null };
  if ((await ledger.identity.startSession({ proof, ...session })) === null) throw new Error('the proof is good');
  return hash;
}

export async function signedInAtProvider(ledger: Ledger, { credential }: Person, idleSeconds?: number) {
  const proof: SignInProof = { kind: 'credential', facts: FACTS, ...credential };
  return signedIn(ledger, { proof, ...(idleSeconds === undefined ? {} : { idleSeconds }) });
}

export function begun(change: Partial<Begun> = {}): Begun {
  const [stateHash, challenge] = [random.hex(32), random.hex(32)];
  return { stateHash, origin: ORIGIN, challenge, back: '/x', ttlSeconds: 600, ...change };
}

export function asker(max = 30) {
  return { key: `from ${random.id()}`, max, windowSeconds: 3_600 };
}

export function codeFor({ stateHash, challenge }: Begun, session: string, change: Partial<Given> = {}): Given {
  return { stateHash, challenge, codeHash: random.hex(32), session, ttlSeconds: 30, ...change };
}

export function broughtOf({ stateHash, origin, challenge }: Begun, { codeHash }: Given): Brought {
  return { stateHash, codeHash, origin, challenge, hash: random.hex(32), csrfKey: 'other', ttlSeconds: 3_600 };
}

/** At the point where all that is missing is the last step. */
export async function withCode(ledger: Ledger, session: string): Promise<Brought> {
  const one = begun();
  const given = codeFor(one, session);
  if (!(await ledger.handoffs.begin(one, asker()))) throw new Error('the first one begins');
  if (!(await ledger.handoffs.giveCode(given))) throw new Error('what was begun gets a code');
  return broughtOf(one, given);
}

/** Answers the hash of what the cookie holds at the other origin. */
export async function handedOn(ledger: Ledger, session: string): Promise<string> {
  const brought = await withCode(ledger, session);
  if ((await ledger.handoffs.redeem(brought, entry())) === null) throw new Error('what belongs together is redeemed');
  return brought.hash;
}

export function racing<Answer>({ processes }: LedgerStage, run: (ledger: Ledger) => Promise<Answer>) {
  return Promise.all(
    Array.from({ length: RACERS }, (_, index) => run(processes[index % processes.length] ?? processes[0])),
  );
}

export function handoffs(lie: (honest: Ledger) => Partial<HandoffLedger>): Lie {
  return (honest) => lying(honest, { handoffs: lie(honest) });
}

/** A new recovery code of the account, and the question of the session that it answers. */
export async function codeAsked(ledger: Ledger, account: AccountId, session: string): Promise<SignInProof> {
  const [hash, challenge] = [random.hex(32), { hash: random.hex(32), holder: session }];
  await ledger.factors.renewRecoveryCodes({ account, hashes: [hash] }, entry());
  const asked = { ...challenge, kind: 'second_factor', account, data: null, ttlSeconds: 60 } as const;
  await ledger.factors.ask(asked, { key: random.id(), max: 1, windowSeconds: 60 });
  return { kind: 'recovery_code', challenge, account, hash };
}
