/** Promises about everything that is kept and read: requests, recipients, grants, sessions, audit, changes. */
import { expect } from '@jest/globals';
import type { RequestId, SiteKey, VisitorAddress } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import { heard, lying, must, only, type LedgerCase } from './case.js';
import {
  approval,
  grantedOn,
  liveGrants,
  newAddress,
  opened,
  openWish,
  producerWish,
  revokedOn,
  RPM,
  SITE,
} from './wishes.js';

const chance = systemChance();
const RACERS = 20;

function grantWish(address: VisitorAddress, ttlSeconds = 600) {
  return { site: SITE, address, ttlSeconds, by: 'operator:eva' };
}

export const recordCases: readonly LedgerCase[] = [
  {
    promise: 'an opened request is found by token, id, prefix, status id and visitor, with every fact it came with',
    async check({ ledger }) {
      const wish = openWish({ theirConfirmUrl: 'https://jet.example.org/req/x' });
      const { request } = must(await ledger.requests.open(wish, opened), 'opened');

      const found = [
        await ledger.requests.byTokenHash(wish.tokenHash),
        await ledger.requests.byId(wish.id),
        only(await ledger.requests.byPrefix(wish.id.slice(0, 12), 5)),
        await ledger.requests.byStatusId(wish.statusId),
        await ledger.requests.latestOf(SITE, wish.address),
        (await ledger.requests.pending(500)).find(({ id }) => id === wish.id),
        (await ledger.requests.recent(500)).find(({ id }) => id === wish.id),
      ];

      expect(found).toEqual(found.map(() => request));
      const { id, statusId, tokenPrefix, producer, site, host, environment, path, address, country, browser } = wish;
      const { userAgent, theirConfirmUrl, grantTtlSeconds } = wish;
      expect(request).toMatchObject({ id, statusId, tokenPrefix, producer, site, host, environment, path, address });
      expect(request).toMatchObject({ country, browser, userAgent, theirConfirmUrl, grantTtlSeconds, decision: null });
      expect(request.deadlineAtMs - request.openedAtMs).toBe(600_000);
      expect(await ledger.requests.byPrefix('%', 5)).toEqual([]);
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          open: (wish, audit) => honest.requests.open({ ...wish, path: '/' }, audit),
        },
      }),
  },
  {
    promise: 'the same token opens once',
    async check({ processes, query }) {
      const wish = producerWish();
      const same = () => ({ ...wish, ...{ id: chance.id() as RequestId, statusId: openWish().statusId } });

      const outcomes = await Promise.all(processes.map((ledger) => ledger.requests.open(same(), opened)));

      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['opened', 'token_taken', 'token_taken']);
      expect(await query(`SELECT id FROM requests WHERE token_hash = '${wish.tokenHash}'`)).toHaveLength(1);
    },
    liar: (honest) =>
      lying(honest, {
        requests: {
          open: (wish, audit) => honest.requests.open({ ...wish, tokenHash: openWish().tokenHash }, audit),
        },
      }),
  },
  {
    promise: 'a grant is found while it lives, extended but never shortened, and ends when it is revoked',
    async check({ ledger }) {
      const address = newAddress();
      const first = await grantedOn(ledger, grantWish(address), opened);
      const shorter = await grantedOn(ledger, grantWish(address, 1), opened);
      const longer = await grantedOn(ledger, grantWish(address, 900), opened);

      expect(shorter).toEqual(first);
      expect(longer.untilMs).toBeGreaterThan(first.untilMs);
      expect(await ledger.grants.find(SITE, address)).toEqual(longer);
      expect((await liveGrants(ledger)).filter(({ id }) => id === longer.id)).toEqual([longer]);
      expect(await revokedOn(ledger, { sites: [SITE], address }, opened)).toEqual([longer]);
      expect(await ledger.grants.find(SITE, address)).toBeNull();
      expect((await liveGrants(ledger)).filter(({ id }) => id === longer.id)).toEqual([]);
      const anew = await grantedOn(ledger, grantWish(address, 60), opened);
      expect(await ledger.grants.find(SITE, address)).toEqual(anew);
      // whoever remembers the old number as revoked must not take the new grant for it
      expect(anew.id).not.toBe(first.id);
    },
    liar: (honest) =>
      lying(honest, {
        grants: {
          async grant(wish, audit) {
            await revokedOn(honest, { sites: [wish.site], address: wish.address }, audit);
            return grantedOn(honest, wish, audit);
          },
        },
      }),
  },
  {
    promise: 'a grant that is over is neither found nor live',
    async check({ ledger }) {
      const address = newAddress();

      const over = await grantedOn(ledger, grantWish(address, 0), opened);

      expect(await ledger.grants.find(SITE, address)).toBeNull();
      expect((await liveGrants(ledger)).filter(({ id }) => id === over.id)).toEqual([]);
    },
    liar: (honest) =>
      lying(honest, {
        grants: { grant: (wish, audit) => grantedOn(honest, { ...wish, ttlSeconds: 60 }, audit) },
      }),
  },
  {
    promise: 'revoking ends what was named, on the sites named, and tells the audit which',
    async check({ ledger }) {
      const [address, elsewhere] = [newAddress(), 'other.example.org' as SiteKey];
      const here = await grantedOn(ledger, grantWish(address), opened);
      await grantedOn(ledger, { ...grantWish(address), site: elsewhere }, opened);
      const audit = { ...opened, who: chance.id(), what: 'revoked' };

      const revoked = await revokedOn(ledger, { sites: [SITE], id: here.id }, audit);

      expect(revoked).toEqual([here]);
      expect(await ledger.grants.find(elsewhere, address)).not.toBeNull();
      const row = only((await ledger.audit.recent(20)).filter(({ who }) => who === audit.who));
      expect(row).toMatchObject({ what: 'revoked', site: SITE, address, detail: { grant: here.id } });
      expect(await revokedOn(ledger, { sites: [SITE] }, audit)).toEqual([]);
    },
    liar: (honest) =>
      lying(honest, {
        grants: {
          async revoke(wish, audit) {
            const ended = await revokedOn(honest, wish, audit);
            for (const { address } of ended) {
              await revokedOn(honest, { sites: ['other.example.org' as SiteKey], address }, audit);
            }
            return ended;
          },
        },
      }),
  },
  {
    promise: 'a sign-in link makes one session, however many use it at once, and looking at it spends nothing',
    async check({ processes: [ledger, second] }) {
      const link = chance.hex(32);
      await ledger.identity.addSignInLink({ hash: link, approver: RPM, ttlSeconds: 600 }, opened);
      expect(await ledger.identity.peekSignInLink(link)).toBe(RPM);
      expect(await ledger.identity.peekSignInLink(link)).toBe(RPM);
      const sessions = Array.from({ length: RACERS }, () => chance.hex(32));

      const made = await Promise.all(
        sessions.map((sessionHash, racer) =>
          (racer % 2 === 0 ? ledger : second).identity.signIn({
            linkHash: link,
            sessionHash,
            csrfKey: 'key',
            ttlSeconds: 3_600,
          }),
        ),
      );

      expect(only(made.filter((session) => session !== null))).toMatchObject({ approver: RPM, csrfKey: 'key' });
      const alive = await Promise.all(sessions.map((hash) => ledger.identity.session(hash)));
      expect(alive.filter((session) => session !== null)).toHaveLength(1);
      expect(await ledger.identity.peekSignInLink(link)).toBeNull();
    },
    liar: (honest) =>
      lying(honest, {
        identity: {
          async signIn(wish) {
            const linkHash = chance.hex(32);
            await honest.identity.addSignInLink({ hash: linkHash, approver: RPM, ttlSeconds: 600 }, opened);
            return honest.identity.signIn({ ...wish, linkHash });
          },
        },
      }),
  },
  {
    promise: 'a link that is too old and a session that is over or ended let nobody in',
    async check({ ledger }) {
      const [old, fresh] = [chance.hex(32), chance.hex(32)];
      const [over, ended] = [chance.hex(32), chance.hex(32)];
      const wish = { csrfKey: 'key', ttlSeconds: 600 };
      await ledger.identity.addSignInLink({ hash: old, approver: RPM, ttlSeconds: 0 }, opened);
      await ledger.identity.addSignInLink({ hash: fresh, approver: RPM, ttlSeconds: 600 }, opened);

      expect(await ledger.identity.peekSignInLink(old)).toBeNull();
      expect(await ledger.identity.signIn({ ...wish, linkHash: old, sessionHash: over })).toBeNull();
      expect(await ledger.identity.signIn({ ...wish, linkHash: fresh, sessionHash: ended })).not.toBeNull();
      await ledger.identity.endSession(ended);
      expect(await ledger.identity.session(ended)).toBeNull();
      expect(await ledger.identity.session(over)).toBeNull();
    },
    liar: (honest) => lying(honest, { identity: { endSession: () => Promise.resolve() } }),
  },
  {
    promise: 'the audit trail is read newest first, and by site',
    async check({ ledger }) {
      const site = `${chance.id()}.example.org`;
      await ledger.audit.add({ ...opened, site, what: 'forbidden', detail: { why: 'x', times: 2, odd: null } }, null);
      await ledger.audit.add({ ...opened, site, what: 'reloaded' }, null);
      await ledger.audit.add({ ...opened, site: 'other' }, null);

      const rows = await ledger.audit.recent(10, site);

      expect(rows.map(({ what }) => what)).toEqual(['reloaded', 'forbidden']);
      expect(rows[1]).toMatchObject({
        who: 'visitor',
        site,
        requestId: null,
        detail: { why: 'x', times: 2, odd: null },
      });
      expect(rows[1]?.atMs).toEqual(expect.any(Number));
      expect(await ledger.audit.recent(1)).toHaveLength(1);
    },
    liar: (honest) => lying(honest, { audit: { recent: (limit) => honest.audit.recent(limit) } }),
  },
  {
    promise: 'the canary is the first one ever written',
    async check({ ledger }) {
      const first = await ledger.canary('sealed-once');

      expect(await ledger.canary(chance.id())).toBe(first);
      await ledger.ping();
    },
    liar: (honest) => ({ ...honest, canary: (sealed) => Promise.resolve(sealed) }),
  },
  {
    promise: 'a decision is told to every process, this one included: the grant, the outcome and what is due',
    async check({ processes }) {
      const wish = producerWish();
      const [acting] = processes;
      const told = processes.flatMap((ledger) => [
        heard(ledger, (change) => change.kind === 'request' && change.id === wish.id && change.outcome === null),
        heard(ledger, (change) => change.kind === 'granted' && change.grant.requestId === wish.id),
        heard(ledger, (change) => change.kind === 'request' && change.id === wish.id && change.outcome === 'approved'),
        heard(ledger, (change) => change.kind === 'due' && change.carriers.includes('webhook')),
      ]);

      const [changes] = await Promise.all([
        Promise.all(told),
        acting.requests.open(wish, opened).then(() => acting.requests.decide(approval(wish))),
      ]);

      expect(changes).toHaveLength(12);
    },
    liar: (honest) => ({ ...honest, subscribe: () => undefined }),
  },
];
