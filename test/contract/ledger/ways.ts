/** Promises about ways of signing in that their owner names and removes: never the last that is open, and of one account alone. */
import { expect } from '@jest/globals';
import type { AccountId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { CredentialKey, WaysOpen } from '../../../src/contract/account-ledger.js';
import type { AuditEntry, IdentityLedger, Ledger, SignInProof } from '../../../src/contract/ledger.js';
import { lying, type LedgerCase, type LedgerStage, type Lie } from './case.js';

const random = systemRandom();
const RACERS = 20;
const FACTS = { provider: 'koder', email: 'eve@example.org', isEmailVerified: true, name: 'Eve' } as const;
const OPEN: WaysOpen = { byMail: false, byPasskey: true, providers: ['koder'] };

function audit(what: string): AuditEntry {
  return { who: 'eve', what, surface: 'page', site: null, address: null, detail: { mark: random.id() } };
}

async function somebody(ledger: Ledger): Promise<{ readonly account: AccountId; readonly key: CredentialKey }> {
  const account = `eve-${random.id()}` as AccountId;
  return { account, key: await credentialOf(ledger, account) };
}

async function credentialOf(ledger: Ledger, account: AccountId): Promise<CredentialKey> {
  const key = { issuer: 'https://id.example.org', subject: random.id() };
  const to = { kind: 'existing', account, asFirst: false } as const;
  const added = await ledger.identity.addCredential({ ...key, ...FACTS, to }, audit('credential_linked'));
  expect(added).toEqual({ kind: 'added' });
  return key;
}

async function passkeyOf({ ledger, change }: LedgerStage, account: AccountId): Promise<string> {
  const id = random.id();
  await change(`
    INSERT INTO passkeys (id, account, public_key, counter, transports, name, created_at)
    VALUES ('${id}', '${account}', 'k', 0, '', 'Phone', 1)`);
  expect(await ledger.factors.passkeys(account)).toHaveLength(1);
  return id;
}

function remove(ledger: Ledger, credential: CredentialKey & { readonly account: AccountId }, open = OPEN) {
  return ledger.identity.removeCredential({ ...credential, open, keeping: '' }, audit('credential_removed'));
}

async function start(ledger: Ledger, key: CredentialKey): Promise<string> {
  const hash = random.hex(32);
  const proof: SignInProof = { kind: 'credential', facts: FACTS, ...key };
  const session = { hash, csrfKey: random.hex(32), idleSeconds: 60, address: null, browser: null };
  expect(await ledger.identity.startSession({ proof, ...session })).not.toBeNull();
  return hash;
}

function identity(lie: (honest: Ledger) => Partial<IdentityLedger>): Lie {
  return (honest) => lying(honest, { identity: lie(honest) });
}

/** Believes that mail is open to everybody, so that nothing is anybody's last way. */
const careless: Lie = (honest) =>
  lying(honest, {
    identity: {
      removeCredential: (removal, entry) =>
        honest.identity.removeCredential({ ...removal, open: { ...removal.open, byMail: true } }, entry),
    },
    factors: {
      removePasskey: (removal, entry) =>
        honest.factors.removePasskey({ ...removal, open: { ...removal.open, byMail: true } }, entry),
    },
  });

export const wayCases: readonly LedgerCase[] = [
  {
    promise: 'of two credentials that are each the other’s last way, one is removed, however many ask at once',
    async check(stage) {
      const { account, key } = await somebody(stage.ledger);
      const keys = [key, await credentialOf(stage.ledger, account)];

      const answers = await Promise.all(
        Array.from({ length: RACERS }, (_, index) =>
          remove(stage.processes[index % 3] ?? stage.ledger, { account, ...(keys[index % 2] ?? key) }),
        ),
      );

      expect(answers.filter(({ kind }) => kind === 'removed')).toHaveLength(1);
      expect(await stage.ledger.identity.credentials(account)).toHaveLength(1);
    },
    mutant: careless,
  },
  {
    promise: 'so it is of a credential and a passkey',
    async check(stage) {
      const { account, key } = await somebody(stage.ledger);
      const id = await passkeyOf(stage, account);

      const answers = await Promise.all(
        Array.from({ length: RACERS }, (_, index) => {
          const ledger = stage.processes[index % 3] ?? stage.ledger;
          return index % 2 === 0
            ? remove(ledger, { account, ...key })
            : ledger.factors.removePasskey({ id, account, open: OPEN, keeping: '' }, audit('passkey_removed'));
        }),
      );

      expect(answers.filter(({ kind }) => kind === 'removed')).toHaveLength(1);
      const [credentials, passkeys] = [
        await stage.ledger.identity.credentials(account),
        await stage.ledger.factors.passkeys(account),
      ];
      expect(credentials.length + passkeys.length).toBe(1);
    },
    mutant: careless,
  },
  {
    promise: 'a way that is not open keeps nobody in: no passkey, no provider that is not offered, no mail',
    async check(stage) {
      const { account, key } = await somebody(stage.ledger);
      await passkeyOf(stage, account);
      await credentialOf(stage.ledger, account);
      const with_ = (open: Partial<WaysOpen>) => remove(stage.ledger, { account, ...key }, { ...OPEN, ...open });

      expect(await with_({ byPasskey: false, providers: [] })).toEqual({ kind: 'last' });
      expect(await with_({ byPasskey: false, providers: ['github'] })).toEqual({ kind: 'last' });
      expect(await stage.ledger.identity.credentials(account)).toHaveLength(2);
      expect(await with_({ byPasskey: false, providers: [], byMail: true })).toEqual({ kind: 'removed', ended: 0 });
    },
    mutant: careless,
  },
  {
    promise: 'a credential is named and removed by whose it is, and once',
    async check({ ledger, query }) {
      const [mine, other] = [await somebody(ledger), await somebody(ledger)];
      const open = { ...OPEN, byMail: true };
      const named = { ...mine.key, label: 'At work' };

      expect(await ledger.identity.nameCredential({ ...named, account: other.account })).toBe(false);
      expect(await ledger.identity.nameCredential({ ...named, account: mine.account })).toBe(true);
      expect(await ledger.identity.credentials(mine.account)).toEqual([
        { ...mine.key, ...FACTS, label: 'At work', createdAtMs: expect.any(Number), lastUsedAtMs: expect.any(Number) },
      ]);
      expect(await remove(ledger, { account: other.account, ...mine.key }, open)).toEqual({ kind: 'unknown' });
      expect(await remove(ledger, { account: mine.account, ...mine.key }, open)).toEqual({ kind: 'removed', ended: 0 });
      expect(await remove(ledger, { account: mine.account, ...mine.key }, open)).toEqual({ kind: 'unknown' });
      expect(await ledger.identity.credential(mine.key)).toBeNull();
      const { account } = other;
      expect(await query(`SELECT account FROM credentials WHERE account = '${account}'`)).toEqual([{ account }]);
    },
    mutant: identity((honest) => ({
      async removeCredential(removal, entry) {
        const account = (await honest.identity.credential(removal))?.account ?? removal.account;
        return honest.identity.removeCredential({ ...removal, account }, entry);
      },
    })),
  },
  {
    promise: 'what is removed ends every other session, and what was begun to get in or to be linked',
    async check({ ledger, query }) {
      const [mine, other] = [await somebody(ledger), await somebody(ledger)];
      const [own, stolen, theirs] = [
        await start(ledger, mine.key),
        await start(ledger, mine.key),
        await start(ledger, other.key),
      ];
      const link = { hash: random.hex(32), provider: 'koder', browser: random.hex(32), next: null, ttlSeconds: 60 };
      const asker = { key: random.id(), max: 9, windowSeconds: 60 };
      await ledger.identity.beginSignIn({ ...link, asker, linkTo: mine.account });
      const entry = audit('credential_removed');
      const removal = {
        ...mine.key,
        account: mine.account,
        open: { ...OPEN, byMail: true },
        keeping: own.slice(0, 16),
      };

      expect(await ledger.identity.removeCredential(removal, entry)).toEqual({ kind: 'removed', ended: 1 });

      const live = await Promise.all([own, stolen, theirs].map((hash) => ledger.identity.session(hash)));
      expect(live.map((session) => session !== null)).toEqual([true, false, true]);
      expect(await ledger.identity.takeSignIn(link)).toBeNull();
      const told = await query(`SELECT what FROM audit WHERE detail LIKE '%${String(entry.detail['mark'])}%'`);
      expect(told).toEqual([{ what: 'credential_removed' }]);
    },
    mutant: identity((honest) => ({
      async removeCredential(removal, entry) {
        await honest.identity.removeCredential(removal, entry);
        return { kind: 'removed', ended: 0 };
      },
    })),
  },
  {
    promise: 'linking makes links worthless that were mailed to the account before, and to nobody else',
    async check({ ledger, change, query }) {
      const [mine, other] = [await somebody(ledger), await somebody(ledger)];
      for (const { account } of [mine, other])
        await change(`
          INSERT INTO mailed_links (hash, approver, browser, mailbox, asked_at, until, address, asked_by, tries)
          VALUES ('mail ${account}', '${account}', 'b', 'm', 1, 9000000000000, 'a', 'x', 0)`);

      await credentialOf(ledger, mine.account);

      expect(await ledger.identity.peekMailedLink(`mail ${mine.account}`)).toBeNull();
      expect(await ledger.identity.peekMailedLink(`mail ${other.account}`)).not.toBeNull();
      expect(await query(`SELECT hash FROM mailed_links WHERE hash = 'mail ${mine.account}'`)).toHaveLength(1);
    },
    mutant: identity((honest) => ({
      addCredential: (given, entry) =>
        honest.identity.addCredential(
          given.to.kind === 'new' ? given : { ...given, to: { kind: 'new', account: given.to.account, name: 'Eve' } },
          entry,
        ),
    })),
  },
  {
    promise: 'a passkey is named by whose it is',
    async check(stage) {
      const { account } = await somebody(stage.ledger);
      const id = await passkeyOf(stage, account);

      expect(await stage.ledger.factors.namePasskey({ id, account: 'eve' as AccountId, name: 'Mine' })).toBe(false);
      expect(await stage.ledger.factors.namePasskey({ id, account, name: 'Old phone' })).toBe(true);

      expect((await stage.ledger.factors.passkey(id))?.name).toBe('Old phone');
    },
    mutant: (honest) => lying(honest, { factors: { namePasskey: () => Promise.resolve(true) } }),
  },
];
