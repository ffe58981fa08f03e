/** Promises about accounts and credentials: one owner each, one use of a begun sign-in, and no session of a disabled account. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AuditEntry, CredentialFor, IdentityLedger, Ledger, SignInProof } from '../../../src/contract/ledger.js';
import { lying, type LedgerCase, type LedgerStage, type Lie } from './case.js';

const random = systemRandom();
const RACERS = 20;
const FACTS = { provider: 'koder', email: null, isEmailVerified: false, name: 'Eve' } as const;

type Begun = Parameters<IdentityLedger['beginSignIn']>[0];

function begun(change: Partial<Begun> = {}): Begun {
  return {
    asker: { key: `from ${random.id()}`, max: 30, windowSeconds: 3_600 },
    hash: random.hex(32),
    provider: 'koder',
    browser: random.hex(32),
    next: '/req/1',
    linkTo: null,
    ttlSeconds: 600,
    ...change,
  };
}

function audit(what: string): AuditEntry {
  return { who: 'eve', what, surface: 'page', site: null, address: null, detail: { mark: random.id() } };
}

function somebody(): AccountId {
  return `eve-${random.id()}` as AccountId;
}

function newAccount(): CredentialFor & { readonly kind: 'new' } {
  return { kind: 'new', account: somebody(), name: 'Eve' };
}

function existing(account: AccountId, asFirst: boolean): CredentialFor {
  return { kind: 'existing', account, asFirst };
}

function key() {
  return { issuer: 'https://id.example.org', subject: random.id() };
}

function add(ledger: Ledger, to: CredentialFor, credential = key()) {
  return ledger.identity.addCredential({ ...credential, ...FACTS, to }, audit('credential_linked'));
}

function start(ledger: Ledger, proof: SignInProof) {
  const hash = random.hex(32);
  const session = { hash, csrfKey: random.hex(32), idleSeconds: 60, address: null, browser: null };
  return ledger.identity.startSession({ proof, ...session }).then((record) => ({ hash, record }));
}

function proofOf(credential: ReturnType<typeof key>): SignInProof {
  return { kind: 'credential', facts: FACTS, ...credential };
}

function racing<Answer>({ processes }: LedgerStage, run: (ledger: Ledger) => Promise<Answer>) {
  return Promise.all(
    Array.from({ length: RACERS }, (_, index) => run(processes[index % processes.length] ?? processes[0])),
  );
}

function identity(lie: (honest: Ledger) => Partial<IdentityLedger>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

export const accountCases: readonly LedgerCase[] = [
  {
    promise: 'of all who bring one begun sign-in back, one gets it',
    async check(stage) {
      const one = begun({ linkTo: somebody() });
      await stage.ledger.identity.beginSignIn(one);

      const taken = await racing(stage, (ledger) => ledger.identity.takeSignIn(one));

      expect(taken.filter((state) => state !== null)).toEqual([{ next: '/req/1', linkTo: one.linkTo }]);
    },
    mutant: identity((honest) => ({
      takeSignIn: async (given) => (await honest.identity.takeSignIn(given)) ?? { next: '/req/1', linkTo: null },
    })),
  },
  {
    promise: 'a begun sign-in is of one provider and one browser, and lasts its time',
    async check({ ledger }) {
      const one = begun();
      const late = begun({ ttlSeconds: 0 });
      await ledger.identity.beginSignIn(one);
      await ledger.identity.beginSignIn(late);

      expect(await ledger.identity.takeSignIn({ ...one, provider: 'github' })).toBeNull();
      expect(await ledger.identity.takeSignIn({ ...one, browser: random.hex(32) })).toBeNull();
      expect(await ledger.identity.takeSignIn(late)).toBeNull();
      expect(await ledger.identity.takeSignIn(one)).toEqual({ next: '/req/1', linkTo: null });
    },
    mutant: (honest) => {
      const providers = new Map<string, string>();
      return lying(honest, {
        identity: {
          beginSignIn(given) {
            providers.set(given.hash, given.provider);
            return honest.identity.beginSignIn(given);
          },
          takeSignIn: (given) =>
            honest.identity.takeSignIn({ ...given, provider: providers.get(given.hash) ?? given.provider }),
        },
      });
    },
  },
  {
    promise: 'who begins too often is told, however many begin at once, and nothing is written',
    async check(stage) {
      const asker = { key: `from ${random.id()}`, max: 3, windowSeconds: 3_600 };
      const browser = random.hex(32);

      const answers = await racing(stage, (ledger) => ledger.identity.beginSignIn(begun({ asker, browser })));

      expect(answers.filter(Boolean)).toHaveLength(asker.max);
      expect(await stage.query(`SELECT hash FROM sign_in_states WHERE browser = '${browser}'`)).toHaveLength(3);
    },
    mutant: identity((honest) => ({
      beginSignIn: (given) => honest.identity.beginSignIn({ ...given, asker: { ...given.asker, key: random.id() } }),
    })),
  },
  {
    promise: 'of all who bring a new credential at once, one makes its account, and the others are told whose it is',
    async check(stage) {
      const credential = key();
      const wanted = Array.from({ length: RACERS }, newAccount);
      let index = 0;

      const answers = await racing(stage, (ledger) => add(ledger, wanted[index++] ?? newAccount(), credential));

      const owner = (await stage.ledger.identity.credential(credential))?.account;
      expect(answers.filter(({ kind }) => kind === 'added')).toHaveLength(1);
      const others = answers.flatMap((answer) => (answer.kind === 'taken' ? [answer.by] : []));
      expect(others).toEqual(Array(RACERS - 1).fill(owner));
      const ids = wanted.map(({ account }) => `'${account}'`).join(', ');
      expect(await stage.query(`SELECT id FROM accounts WHERE id IN (${ids})`)).toEqual([{ id: owner }]);
    },
    mutant: identity((honest) => ({
      addCredential: (given, entry) =>
        honest.identity.addCredential({ ...given, subject: `${given.subject} ${random.id()}` }, entry),
    })),
  },
  {
    promise: 'of all who would link an account’s first credential at once, one does',
    async check(stage) {
      const [account, withPasskey] = [somebody(), somebody()];
      await stage.change(`
        INSERT INTO passkeys (id, account, public_key, counter, transports, name, created_at)
        VALUES ('${random.id()}', '${withPasskey}', 'k', 0, '', 'Phone', 1)`);

      const answers = await racing(stage, (ledger) => add(ledger, existing(account, true)));

      expect(answers.map(({ kind }) => kind).sort()).toEqual(['added', ...Array<string>(RACERS - 1).fill('not_first')]);
      expect(await stage.query(`SELECT subject FROM credentials WHERE account = '${account}'`)).toHaveLength(1);
      expect(await add(stage.ledger, existing(account, false))).toEqual({ kind: 'added' });
      expect(await add(stage.ledger, existing(withPasskey, true))).toEqual({ kind: 'not_first' });
    },
    mutant: identity((honest) => ({
      addCredential: (given, entry) =>
        honest.identity.addCredential({ ...given, to: { ...given.to, asFirst: false } as CredentialFor }, entry),
    })),
  },
  {
    promise: 'linking ends the account’s sessions and what else was begun to be linked, and those of nobody else',
    async check({ ledger }) {
      const [credential, other] = [key(), key()];
      const mine = newAccount();
      await add(ledger, mine, credential);
      await add(ledger, newAccount(), other);
      const before = await start(ledger, proofOf(credential));
      const untouched = await start(ledger, proofOf(other));
      const link = begun({ linkTo: mine.account });
      await ledger.identity.beginSignIn(link);

      await add(ledger, existing(mine.account, false));

      expect(await ledger.identity.session(before.hash)).toBeNull();
      expect(await ledger.identity.takeSignIn(link)).toBeNull();
      expect(await ledger.identity.session(untouched.hash)).not.toBeNull();
    },
    mutant: identity((honest) => ({
      addCredential: (given, entry) =>
        honest.identity.addCredential(
          given.to.kind === 'new' ? given : { ...given, to: { ...newAccount(), account: given.to.account } },
          entry,
        ),
    })),
  },
  {
    promise: 'accounts that are kept are listed by id, each with where it has credentials, or one of them alone',
    async check({ ledger }) {
      const [one, other] = [newAccount(), newAccount()];
      for (const to of [one, other]) await add(ledger, to);
      await ledger.identity.setAccountState({ account: other.account, state: 'disabled' }, audit('account_disabled'));

      const all = await ledger.identity.keptAccounts({ account: null, limit: 1_000 });
      const ids = all.map(({ id }) => id);

      const line = { id: one.account, name: 'Eve', state: 'active', providers: [FACTS.provider] };
      expect(all).toContainEqual(line);
      expect(all).toContainEqual({ ...line, id: other.account, state: 'disabled' });
      expect(ids.indexOf(one.account) < ids.indexOf(other.account)).toBe(one.account < other.account);
      expect(await ledger.identity.keptAccounts({ account: one.account, limit: 5 })).toEqual([line]);
      expect(await ledger.identity.keptAccounts({ account: null, limit: 1 })).toHaveLength(1);
    },
    mutant: identity((honest) => ({
      keptAccounts: async (given) =>
        (await honest.identity.keptAccounts(given)).map((one) => ({ ...one, state: 'active' })),
    })),
  },
  {
    promise: 'an address is an account’s while its credential says so, and verified',
    async check({ ledger }) {
      const [credential, mailbox] = [key(), `${random.id()}@example.org`];
      const to = newAccount();
      const facts = { ...FACTS, email: mailbox, isEmailVerified: true };
      const unverified = { ...key(), ...facts, isEmailVerified: false, to: newAccount() };
      await ledger.identity.addCredential({ ...credential, ...facts, to }, audit('account_created'));
      await ledger.identity.addCredential(unverified, audit('account_created'));

      expect(await ledger.identity.accountsAt(mailbox)).toEqual([to.account]);
      await start(ledger, { kind: 'credential', ...credential, facts: { ...facts, email: 'other@example.org' } });

      expect(await ledger.identity.accountsAt(mailbox)).toEqual([]);
    },
    mutant: identity((honest) => ({
      addCredential: (given, entry) => honest.identity.addCredential({ ...given, isEmailVerified: true }, entry),
    })),
  },
  {
    promise:
      'a credential signs in its account, which is told apart from an approver’s; an unknown one signs in nobody',
    async check({ ledger }) {
      const [credential, linked, approver, to] = [key(), key(), somebody(), newAccount()];
      await add(ledger, to, credential);
      await add(ledger, existing(approver, true), linked);

      const own = await start(ledger, proofOf(credential));
      const theirs = await start(ledger, proofOf(linked));

      expect(own.record).toMatchObject({ account: to.account, kept: { name: 'Eve', state: 'active' } });
      expect(theirs.record).toMatchObject({ account: approver, kept: { name: null, state: 'active' } });
      expect(await ledger.identity.session(own.hash)).toEqual(own.record);
      expect((await start(ledger, proofOf(key()))).record).toBeNull();
    },
    mutant: identity((honest) => ({
      addCredential: (given, entry) =>
        honest.identity.addCredential({ ...given, to: { ...newAccount(), account: given.to.account } }, entry),
    })),
  },
  {
    promise: 'a disabled account starts no session, and what it has says so',
    async check({ ledger }) {
      const [credential, to] = [key(), newAccount()];
      await add(ledger, to, credential);
      const { hash } = await start(ledger, proofOf(credential));

      await ledger.identity.setAccountState({ account: to.account, state: 'disabled' }, audit('account_disabled'));

      expect((await ledger.identity.session(hash))?.kept?.state).toBe('disabled');
      expect((await start(ledger, proofOf(credential))).record).toBeNull();
      expect(await ledger.identity.credential(credential)).toEqual({ account: to.account, state: 'disabled' });
      expect(await add(ledger, existing(to.account, false))).toEqual({ kind: 'disabled' });
    },
    mutant: identity((honest) => ({
      setAccountState: (given, entry) => honest.identity.setAccountState({ ...given, state: 'active' }, entry),
    })),
  },
  {
    promise: 'what is done to an account is audited, and what is not done is not',
    async check({ ledger, query }) {
      const [credential, made, linked] = [key(), audit('account_created'), audit('credential_linked')];
      const told = ({ detail }: AuditEntry) =>
        query(`SELECT what FROM audit WHERE detail LIKE '%${String(detail['mark'])}%'`);
      await ledger.identity.addCredential({ ...credential, ...FACTS, to: newAccount() }, made);
      await ledger.identity.addCredential({ ...credential, ...FACTS, to: newAccount() }, linked);

      expect([(await told(made)).length, (await told(linked)).length]).toEqual([1, 0]);
    },
    mutant: identity((honest) => ({
      addCredential: (given, entry) => honest.identity.addCredential({ ...given, subject: random.id() }, entry),
    })),
  },
];
