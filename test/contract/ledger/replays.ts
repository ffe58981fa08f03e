/** Promises about calls that come twice: one effect, across processes, and only where the platform names the call. */
import { expect } from '@jest/globals';
import type { RequestId, SiteKey } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import type { AuditEntry, Ledger } from '../../../src/contract/ledger.js';
import type { ReplayKey } from '../../../src/contract/replay.js';
import { lying, must, type LedgerCase, type Lie } from './case.js';
import { ANA, approval, delivery, grantedOn, newAddress, opened, openWish, SITE } from './wishes.js';

const chance = systemChance();
const RACERS = 12;
const REPEATED = { kind: 'repeated' };

/** A verb that a signed call may bring about. `prepare` makes what it acts on. */
interface Act {
  readonly verb: string;
  readonly prepare: (
    ledger: Ledger,
  ) => Promise<(ledger: Ledger, key: ReplayKey, audit: AuditEntry) => Promise<unknown>>;
  /** A ledger that hands this verb another key than it was given. */
  readonly withKey: (bend: (key: ReplayKey) => ReplayKey) => Lie;
}

const acts: readonly Act[] = [
  {
    verb: 'grants.grant',
    prepare() {
      const wish = { site: SITE, address: newAddress(), ttlSeconds: 600, by: ANA };
      return Promise.resolve((ledger, replayKey, audit) => ledger.grants.grant({ ...wish, replayKey }, audit));
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        grants: { grant: (wish, audit) => honest.grants.grant({ ...wish, replayKey: bend(wish.replayKey) }, audit) },
      }),
  },
  {
    verb: 'grants.revoke',
    prepare(before) {
      const address = newAddress();
      return Promise.resolve(async (ledger, replayKey, audit) => {
        await grantedOn(before, { site: SITE, address, ttlSeconds: 600, by: ANA }, opened);
        return ledger.grants.revoke({ sites: [SITE], address, by: ANA, replayKey }, audit);
      });
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        grants: { revoke: (wish, audit) => honest.grants.revoke({ ...wish, replayKey: bend(wish.replayKey) }, audit) },
      }),
  },
  {
    verb: 'grants.extend',
    async prepare(before) {
      const requestId = await approvedId(before);
      let ttlSeconds = 7_200;
      return (ledger, replayKey, audit) =>
        ledger.grants.extend({ requestId, ttlSeconds: (ttlSeconds += 60), by: ANA, replayKey }, audit);
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        grants: { extend: (wish, audit) => honest.grants.extend({ ...wish, replayKey: bend(wish.replayKey) }, audit) },
      }),
  },
  {
    verb: 'mutes.mute',
    prepare() {
      const wish = { sites: [newSite()], address: null, ttlSeconds: 600, by: ANA };
      return Promise.resolve((ledger, replayKey, audit) => ledger.mutes.mute({ ...wish, replayKey }, audit));
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        mutes: { mute: (wish, audit) => honest.mutes.mute({ ...wish, replayKey: bend(wish.replayKey) }, audit) },
      }),
  },
  {
    verb: 'mutes.unmute',
    prepare(before) {
      const wish = { sites: [newSite()], address: null };
      return Promise.resolve(async (ledger, replayKey, audit) => {
        await before.mutes.mute({ ...wish, ttlSeconds: 600, by: ANA, replayKey: null }, opened);
        return ledger.mutes.unmute({ ...wish, replayKey }, audit);
      });
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        mutes: { unmute: (wish, audit) => honest.mutes.unmute({ ...wish, replayKey: bend(wish.replayKey) }, audit) },
      }),
  },
  {
    verb: 'identity.addLinkCode',
    prepare() {
      const account = { channel: 'slack', workspace: 'T1', subject: chance.id() };
      return Promise.resolve((ledger, replayKey, audit) =>
        ledger.identity.addLinkCode({ ...account, hash: chance.hex(32), ttlSeconds: 600, replayKey }, audit),
      );
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        identity: {
          addLinkCode: (wish, audit) =>
            honest.identity.addLinkCode({ ...wish, replayKey: bend(wish.replayKey) }, audit),
        },
      }),
  },
  {
    verb: 'identity.unlink',
    prepare(before) {
      const account = { channel: 'slack', workspace: 'T1', subject: chance.id() };
      return Promise.resolve(async (ledger, replayKey, audit) => {
        const hash = chance.hex(32);
        await before.identity.addLinkCode({ ...account, hash, ttlSeconds: 600, replayKey: null }, opened);
        await before.identity.link({ hash, approver: ANA }, opened);
        return ledger.identity.unlink({ ...account, replayKey }, audit);
      });
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        identity: {
          unlink: (wish, audit) => honest.identity.unlink({ ...wish, replayKey: bend(wish.replayKey) }, audit),
        },
      }),
  },
  {
    verb: 'deliveries.report',
    async prepare(before) {
      const mail = delivery();
      const wish = openWish({ approvers: [{ id: ANA, deliveries: [mail] }], maxPendingPerApprover: 1_000 });
      must(await before.requests.open(wish, opened), 'opened');
      const report = { deliveryId: mail.id, what: 'delayed', reason: 'mail_delayed' } as const;
      return (ledger, replayKey, audit) => ledger.deliveries.report({ ...report, replayKey }, audit);
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        deliveries: {
          report: (wish, audit) => honest.deliveries.report({ ...wish, replayKey: bend(wish.replayKey) }, audit),
        },
      }),
  },
];

async function approvedId(ledger: Ledger): Promise<RequestId> {
  const wish = openWish();
  must(await ledger.requests.open(wish, opened), 'opened');
  must(await ledger.requests.decide(approval(wish)), 'decided');
  return wish.id;
}

function newSite(): SiteKey {
  return `${chance.id()}.example.org` as SiteKey;
}

/** How often the trail says that it was done: a call that is repeated says nothing. */
async function timesDone(ledger: Ledger, { who }: AuditEntry): Promise<number> {
  return (await ledger.audit.recent(200)).filter((row) => row.who === who).length;
}

const perVerb = acts.flatMap(({ verb, prepare, withKey }): readonly LedgerCase[] => [
  {
    promise: `${verb}: the same call again is answered "repeated" and writes nothing, from whichever process`,
    async check({ processes: [first, second] }) {
      const act = await prepare(first);
      const audit = { ...opened, who: chance.id() };
      const key = `slack:${chance.id()}`;

      const done = await act(first, key, audit);
      const again = await act(second, key, audit);

      expect(done).not.toEqual(REPEATED);
      expect(again).toEqual(REPEATED);
      expect(await timesDone(first, audit)).toBe(1);
    },
    liar: withKey(() => null),
  },
  {
    promise: `${verb}: a call that nobody names is never taken for a repeated one, and neither is another call`,
    async check({ ledger }) {
      const act = await prepare(ledger);
      const audit = { ...opened, who: chance.id() };

      const answers = [
        await act(ledger, null, audit),
        await act(ledger, null, audit),
        await act(ledger, `slack:${chance.id()}`, audit),
        await act(ledger, `slack:${chance.id()}`, audit),
      ];

      expect(answers).not.toContainEqual(REPEATED);
      expect(await timesDone(ledger, audit)).toBe(4);
    },
    liar: withKey(() => 'slack:constant'),
  },
]);

export const replayCases: readonly LedgerCase[] = [
  ...perVerb,
  {
    promise: `of ${String(RACERS)} deliveries of one call at once one has its effect`,
    async check({ processes }) {
      const wish = { site: SITE, address: newAddress(), ttlSeconds: 600, by: ANA, replayKey: `slack:${chance.id()}` };
      const audit = { ...opened, who: chance.id() };

      const answers = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) =>
          processes[racer % 3 === 0 ? 0 : racer % 3 === 1 ? 1 : 2].grants.grant(wish, audit),
        ),
      );

      expect(answers.filter((answer) => !('kind' in answer))).toHaveLength(1);
      expect(await timesDone(processes[0], audit)).toBe(1);
    },
    liar: (honest) => {
      let calls = 0;
      const grant: Ledger['grants']['grant'] = (wish, audit) =>
        honest.grants.grant({ ...wish, replayKey: `${String(wish.replayKey)}${String(++calls)}` }, audit);
      return lying(honest, { grants: { grant } });
    },
  },
  {
    promise: 'what a call asked for in vain does not happen when the call comes again later',
    async check({ ledger }) {
      const wish = { sites: [newSite()], address: null };
      const replayKey = `slack:${chance.id()}`;
      expect(await ledger.mutes.unmute({ ...wish, replayKey }, opened)).toEqual([]);
      await ledger.mutes.mute({ ...wish, ttlSeconds: 600, by: ANA, replayKey: null }, opened);

      const again = await ledger.mutes.unmute({ ...wish, replayKey }, opened);

      expect(again).toEqual(REPEATED);
      expect((await ledger.mutes.live()).filter(({ site }) => wish.sites.includes(site))).toHaveLength(1);
    },
    liar: (honest) =>
      lying(honest, {
        mutes: { unmute: (wish, audit) => honest.mutes.unmute({ ...wish, replayKey: null }, audit) },
      }),
  },
];
