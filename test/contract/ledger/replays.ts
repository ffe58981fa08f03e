/** Promises about calls that come twice: one effect, across processes, and only where the platform names the call. */
import { expect } from '@jest/globals';
import type { RequestId } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { AuditEntry, Ledger } from '../../../src/contract/ledger.js';
import type { ReplayKey } from '../../../src/contract/replay.js';
import { lying, must, type LedgerCase, type Lie } from './case.js';
import { ANA, approval, delivery, grantedOn, newAddress, newSite, opened, openInput, SITE } from './inputs.js';

const random = systemRandom();
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
      const input = { site: SITE, address: newAddress(), ttlSeconds: 600, by: ANA };
      return Promise.resolve((ledger, replayKey, audit) => ledger.grants.grant({ ...input, replayKey }, audit));
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        grants: { grant: (input, audit) => honest.grants.grant({ ...input, replayKey: bend(input.replayKey) }, audit) },
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
        grants: {
          revoke: (input, audit) => honest.grants.revoke({ ...input, replayKey: bend(input.replayKey) }, audit),
        },
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
        grants: {
          extend: (input, audit) => honest.grants.extend({ ...input, replayKey: bend(input.replayKey) }, audit),
        },
      }),
  },
  {
    verb: 'mutes.mute',
    prepare() {
      const input = { sites: [newSite()], address: null, ttlSeconds: 600, by: ANA };
      return Promise.resolve((ledger, replayKey, audit) => ledger.mutes.mute({ ...input, replayKey }, audit));
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        mutes: { mute: (input, audit) => honest.mutes.mute({ ...input, replayKey: bend(input.replayKey) }, audit) },
      }),
  },
  {
    verb: 'mutes.unmute',
    prepare(before) {
      const input = { sites: [newSite()], address: null };
      return Promise.resolve(async (ledger, replayKey, audit) => {
        await before.mutes.mute({ ...input, ttlSeconds: 600, by: ANA, replayKey: null }, opened);
        return ledger.mutes.unmute({ ...input, replayKey }, audit);
      });
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        mutes: { unmute: (input, audit) => honest.mutes.unmute({ ...input, replayKey: bend(input.replayKey) }, audit) },
      }),
  },
  {
    verb: 'identity.addLinkCode',
    prepare() {
      const account = { channel: 'slack', workspace: 'T1', subject: random.id() };
      return Promise.resolve((ledger, replayKey, audit) =>
        ledger.identity.addLinkCode({ ...account, hash: random.hex(32), ttlSeconds: 600, replayKey }, audit),
      );
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        identity: {
          addLinkCode: (input, audit) =>
            honest.identity.addLinkCode({ ...input, replayKey: bend(input.replayKey) }, audit),
        },
      }),
  },
  {
    verb: 'identity.unlink',
    prepare(before) {
      const account = { channel: 'slack', workspace: 'T1', subject: random.id() };
      return Promise.resolve(async (ledger, replayKey, audit) => {
        const hash = random.hex(32);
        await before.identity.addLinkCode({ ...account, hash, ttlSeconds: 600, replayKey: null }, opened);
        await before.identity.link({ hash, approver: ANA }, opened);
        return ledger.identity.unlink({ ...account, replayKey }, audit);
      });
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        identity: {
          unlink: (input, audit) => honest.identity.unlink({ ...input, replayKey: bend(input.replayKey) }, audit),
        },
      }),
  },
  {
    verb: 'deliveries.report',
    async prepare(before) {
      const mail = delivery();
      const input = openInput({ approvers: [{ id: ANA, deliveries: [mail] }], maxPendingPerApprover: 1_000 });
      must(await before.requests.open(input, opened), 'opened');
      const report = { deliveryId: mail.id, what: 'delayed', reason: 'mail_delayed' } as const;
      return (ledger, replayKey, audit) => ledger.deliveries.report({ ...report, replayKey }, audit);
    },
    withKey: (bend) => (honest) =>
      lying(honest, {
        deliveries: {
          report: (input, audit) => honest.deliveries.report({ ...input, replayKey: bend(input.replayKey) }, audit),
        },
      }),
  },
];

async function approvedId(ledger: Ledger): Promise<RequestId> {
  const input = openInput();
  must(await ledger.requests.open(input, opened), 'opened');
  must(await ledger.requests.decide(approval(input)), 'decided');
  return input.id;
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
      const audit = { ...opened, who: random.id() };
      const key = `slack:${random.id()}`;

      const done = await act(first, key, audit);
      const again = await act(second, key, audit);

      expect(done).not.toEqual(REPEATED);
      expect(again).toEqual(REPEATED);
      expect(await timesDone(first, audit)).toBe(1);
    },
    mutant: withKey(() => null),
  },
  {
    promise: `${verb}: a call that nobody names is never taken for a repeated one, and neither is another call`,
    async check({ ledger }) {
      const act = await prepare(ledger);
      const audit = { ...opened, who: random.id() };

      const answers = [
        await act(ledger, null, audit),
        await act(ledger, null, audit),
        await act(ledger, `slack:${random.id()}`, audit),
        await act(ledger, `slack:${random.id()}`, audit),
      ];

      expect(answers).not.toContainEqual(REPEATED);
      expect(await timesDone(ledger, audit)).toBe(4);
    },
    mutant: withKey(() => 'slack:constant'),
  },
]);

export const replayCases: readonly LedgerCase[] = [
  ...perVerb,
  {
    promise: `of ${String(RACERS)} deliveries of one call at once one has its effect`,
    async check({ processes }) {
      const input = { site: SITE, address: newAddress(), ttlSeconds: 600, by: ANA, replayKey: `slack:${random.id()}` };
      const audit = { ...opened, who: random.id() };

      const answers = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) =>
          processes[racer % 3 === 0 ? 0 : racer % 3 === 1 ? 1 : 2].grants.grant(input, audit),
        ),
      );

      expect(answers.filter((answer) => !('kind' in answer))).toHaveLength(1);
      expect(await timesDone(processes[0], audit)).toBe(1);
    },
    mutant: (honest) => {
      let calls = 0;
      const grant: Ledger['grants']['grant'] = (input, audit) =>
        honest.grants.grant({ ...input, replayKey: `${String(input.replayKey)}${String(++calls)}` }, audit);
      return lying(honest, { grants: { grant } });
    },
  },
  {
    promise: 'what a call asked for in vain does not happen when the call comes again later',
    async check({ ledger }) {
      const input = { sites: [newSite()], address: null };
      const replayKey = `slack:${random.id()}`;
      expect(await ledger.mutes.unmute({ ...input, replayKey }, opened)).toEqual([]);
      await ledger.mutes.mute({ ...input, ttlSeconds: 600, by: ANA, replayKey: null }, opened);

      const again = await ledger.mutes.unmute({ ...input, replayKey }, opened);

      expect(again).toEqual(REPEATED);
      expect((await ledger.mutes.live()).filter(({ site }) => input.sites.includes(site))).toHaveLength(1);
    },
    mutant: (honest) =>
      lying(honest, {
        mutes: { unmute: (input, audit) => honest.mutes.unmute({ ...input, replayKey: null }, audit) },
      }),
  },
];
