/** Promises about chat accounts bound to approvers: one code, one approver, one account. */
import { expect } from '@jest/globals';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { ChatAccount, Ledger } from '../../../src/contract/ledger.js';
import { lying, only, type LedgerCase } from './case.js';
import { ANA, newApprover, opened, RPM } from './inputs.js';

const random = systemRandom();
const RACERS = 20;

function newAccount(): ChatAccount {
  return { channel: 'slack', workspace: 'T0000001', subject: `U${random.id()}` };
}

async function newCode(ledger: Ledger, account: ChatAccount, ttlSeconds = 600): Promise<string> {
  const hash = random.hex(32);
  await ledger.identity.addLinkCode({ ...account, hash, ttlSeconds, replayKey: null }, opened);
  return hash;
}

export const linkCases: readonly LedgerCase[] = [
  {
    promise: 'a code binds the account it was given to, once, however many spend it, and looking at it spends nothing',
    async check({ processes: [ledger, second] }) {
      const account = newAccount();
      const hash = await newCode(ledger, account);
      expect(await ledger.identity.peekLinkCode(hash)).toEqual(account);
      expect(await ledger.identity.peekLinkCode(hash)).toEqual(account);
      const audit = { ...opened, who: random.id(), what: 'linked' };
      const approvers = Array.from({ length: RACERS }, () => newApprover());

      const answers = await Promise.all(
        approvers.map((approver, racer) =>
          (racer % 2 === 0 ? ledger : second).identity.link({ hash, approver }, audit),
        ),
      );

      expect(only(answers.filter((answer) => answer !== null))).toEqual(account);
      expect(await ledger.identity.linksOf(account)).toEqual([approvers[answers.findIndex((one) => one !== null)]]);
      expect(await ledger.identity.peekLinkCode(hash)).toBeNull();
      const said = (await ledger.audit.recent(100)).filter(({ who }) => who === audit.who);
      expect(only(said)).toMatchObject({ what: 'linked', detail: account });
    },
    mutant: (honest) => {
      const accounts = new Map<string, ChatAccount>();
      return lying(honest, {
        identity: {
          addLinkCode(input, audit) {
            accounts.set(input.hash, input);
            return honest.identity.addLinkCode(input, audit);
          },
          link: async (input, audit) => (await honest.identity.link(input, audit)) ?? accounts.get(input.hash) ?? null,
        },
      });
    },
  },
  {
    promise: 'a code that is unknown or too old binds nothing',
    async check({ ledger }) {
      const account = newAccount();
      const old = await newCode(ledger, account, 0);

      expect(await ledger.identity.peekLinkCode(old)).toBeNull();
      expect(await ledger.identity.link({ hash: old, approver: RPM }, opened)).toBeNull();
      expect(await ledger.identity.link({ hash: random.hex(32), approver: RPM }, opened)).toBeNull();

      expect(await ledger.identity.linksOf(account)).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          addLinkCode: (input, audit) => honest.identity.addLinkCode({ ...input, ttlSeconds: 600 }, audit),
        },
      }),
  },
  {
    promise: 'a new code replaces the older one of the same account, and of no other',
    async check({ ledger }) {
      const [account, other] = [newAccount(), newAccount()];
      const [older, others] = [await newCode(ledger, account), await newCode(ledger, other)];

      const newer = await newCode(ledger, account);

      expect(await ledger.identity.link({ hash: older, approver: RPM }, opened)).toBeNull();
      expect(await ledger.identity.linksOf(account)).toEqual([]);
      expect(await ledger.identity.link({ hash: newer, approver: RPM }, opened)).toEqual(account);
      expect(await ledger.identity.link({ hash: others, approver: RPM }, opened)).toEqual(other);
    },
    mutant: (honest) => {
      const newest = new Map<string, string>();
      const seen = new Map<string, string>();
      return lying(honest, {
        identity: {
          addLinkCode(input, audit) {
            newest.set(input.subject, input.hash);
            seen.set(input.hash, input.subject);
            return honest.identity.addLinkCode(input, audit);
          },
          link: (input, audit) =>
            honest.identity.link({ ...input, hash: newest.get(seen.get(input.hash) ?? '') ?? input.hash }, audit),
        },
      });
    },
  },
  {
    promise: 'an account speaks for several approvers where each bound it by a code of its own',
    async check({ ledger }) {
      const account = newAccount();

      await ledger.identity.link({ hash: await newCode(ledger, account), approver: RPM }, opened);
      await ledger.identity.link({ hash: await newCode(ledger, account), approver: ANA }, opened);
      await ledger.identity.link({ hash: await newCode(ledger, account), approver: ANA }, opened);

      expect(await ledger.identity.linksOf(account)).toEqual([ANA, RPM]);
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          async link(input, audit) {
            const account = await honest.identity.peekLinkCode(input.hash);
            if (account !== null) await honest.identity.unlink({ ...account, replayKey: null }, audit);
            return honest.identity.link(input, audit);
          },
        },
      }),
  },
  {
    promise: 'the same subject in another workspace or on another channel is another account',
    async check({ ledger }) {
      const account = newAccount();
      await ledger.identity.link({ hash: await newCode(ledger, account), approver: RPM }, opened);

      expect(await ledger.identity.linksOf(account)).toEqual([RPM]);
      expect(await ledger.identity.linksOf({ ...account, workspace: 'T0000002' })).toEqual([]);
      expect(await ledger.identity.linksOf({ ...account, channel: 'discord' })).toEqual([]);
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          linksOf: (account) => honest.identity.linksOf({ ...account, channel: 'slack', workspace: 'T0000001' }),
        },
      }),
  },
  {
    promise: 'unlinking unbinds the account from everybody, says so once, and touches no other account',
    async check({ ledger }) {
      const [account, other] = [newAccount(), newAccount()];
      for (const approver of [RPM, ANA]) {
        await ledger.identity.link({ hash: await newCode(ledger, account), approver }, opened);
      }
      await ledger.identity.link({ hash: await newCode(ledger, other), approver: RPM }, opened);
      const audit = { ...opened, who: random.id(), what: 'unlinked' };

      expect(await ledger.identity.unlink({ ...account, replayKey: null }, audit)).toBe(true);
      expect(await ledger.identity.unlink({ ...account, replayKey: null }, audit)).toBe(false);

      expect(await ledger.identity.linksOf(account)).toEqual([]);
      expect(await ledger.identity.linksOf(other)).toEqual([RPM]);
      const said = (await ledger.audit.recent(50)).filter(({ who }) => who === audit.who);
      expect(said.map(({ detail }) => detail['approver']).sort()).toEqual([ANA, RPM]);
    },
    mutant: (honest) => lying(honest, { identity: { unlink: () => Promise.resolve(true) } }),
  },
  {
    promise: 'unlinking from one approver leaves the others, and says whom it was taken from',
    async check({ ledger }) {
      const account = newAccount();
      const [mine, theirs] = [newApprover(), newApprover()];
      for (const approver of [mine, theirs])
        await ledger.identity.link({ hash: await newCode(ledger, account), approver }, opened);
      const audit = { ...opened, who: random.id(), what: 'unlinked' };

      expect(await ledger.identity.unlink({ ...account, approver: newApprover(), replayKey: null }, audit)).toBe(false);
      expect(await ledger.identity.unlink({ ...account, approver: mine, replayKey: null }, audit)).toBe(true);

      expect(await ledger.identity.linksOf(account)).toEqual([theirs]);
      const said = (await ledger.audit.recent(50)).filter(({ who }) => who === audit.who);
      expect(only(said)).toMatchObject({ what: 'unlinked', detail: { ...account, approver: mine } });
    },
    mutant: (honest) =>
      lying(honest, {
        identity: {
          unlink: ({ channel, workspace, subject, replayKey }, audit) =>
            honest.identity.unlink({ channel, workspace, subject, replayKey }, audit),
        },
      }),
  },
  {
    promise: 'whose accounts are asked for gets all of theirs and nobody else’s; nobody in particular gets everybody’s',
    async check({ ledger }) {
      const [mine, also, theirs] = [newAccount(), newAccount(), newAccount()];
      const [me, them] = [newApprover(), newApprover()];
      for (const [account, approver] of [
        [mine, me],
        [also, me],
        [theirs, them],
      ] as const)
        await ledger.identity.link({ hash: await newCode(ledger, account), approver }, opened);

      const own = await ledger.identity.accountsOf(me);
      const all = await ledger.identity.accountsOf(null);

      expect(own.map(({ subject }) => subject).sort()).toEqual([mine.subject, also.subject].sort());
      expect(own.map(({ approver }) => approver)).toEqual([me, me]);
      expect(await ledger.identity.accountsOf(newApprover())).toEqual([]);
      const bound = only(all.filter(({ subject }) => subject === theirs.subject));
      expect(bound).toMatchObject({ ...theirs, approver: them });
      expect(bound.linkedAtMs).toBeGreaterThan(0);
      expect(all).toEqual(expect.arrayContaining([...own]));
    },
    mutant: (honest) => lying(honest, { identity: { accountsOf: () => honest.identity.accountsOf(null) } }),
  },
];
