/** Promises about what a mute stops. */
import { expect } from '@jest/globals';
import type { SiteKey } from '../../../src/approval/brand.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import type { OpenOrAdd, OpenRequest } from '../../../src/contract/ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import { ANA, delivery, newAddress, newApprover, newSite, opened, openInput, producerInput, TALK } from './inputs.js';
import { mutedOn, mutes, unmute } from './muted.js';

const random = systemRandom();
const added = { opened, added: { ...opened, what: 'recipients_added' } };

/** Answers "muted", and opens nevertheless. */
const opensBehindTheBack: Lie = (honest) =>
  lying(honest, {
    requests: {
      async open(input, audit) {
        const outcome = await honest.requests.open(input, audit);
        if (outcome.kind !== 'muted' || input.site === null) return outcome;
        const mute = { sites: [input.site], address: null };
        await unmute(honest, mute);
        await honest.requests.open(input, audit);
        await mutedOn(honest, { ...mute, ttlSeconds: 600 });
        return outcome;
      },
    },
  });

export const muteCases: readonly LedgerCase[] = [
  {
    promise: 'where the host fits a pattern, the mutes of both count, and the later end is told',
    async check({ ledger }) {
      const [site, mutePattern, other] = [newSite(), `*.${newSite()}` as SiteKey, newSite()];
      const at = (own: Partial<OpenRequest>): OpenRequest => openInput({ site, mutePattern, ...own });
      const first = only(await mutedOn(ledger, { sites: [mutePattern], address: null, ttlSeconds: 600 }));
      const byPattern = must(await ledger.requests.open(at({}), opened), 'muted');
      const asked = { endpoint: 'talk', approvers: [{ id: newApprover(), deliveries: [] }] } as const;
      const posted: OpenOrAdd = { ...producerInput({ site: null, muteOf: site, mutePattern }), ...asked };
      const byProducer = await ledger.requests.openOrAdd(posted, added);
      const second = only(await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 1_200 }));
      const byBoth = must(await ledger.requests.open(at({}), opened), 'muted');
      const elsewhere = await ledger.requests.open(at({ site: other, mutePattern: null }), opened);

      expect([byPattern.untilMs, byProducer.kind, byBoth.untilMs, elsewhere.kind]).toEqual([
        first.untilMs,
        'muted',
        second.untilMs,
        'opened',
      ]);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: { open: (input, audit) => honest.requests.open({ ...input, mutePattern: null }, audit) },
      }),
  },
  {
    promise: 'from a muted site nobody is asked, no window and no slot is taken, and nothing is written',
    async check({ ledger }) {
      const site = newSite();
      const approvers: OpenRequest['approvers'] = [{ id: newApprover(), deliveries: [] }];
      const input = openInput({ site, approvers, maxPendingPerApprover: 1 });
      const mute = only(await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 }));

      const answer = must(await ledger.requests.open(input, { ...opened, site, who: input.id }), 'muted');

      expect(answer.untilMs).toBe(mute.untilMs);
      expect(await ledger.requests.byId(input.id)).toBeNull();
      const said = (await ledger.audit.recent(50)).filter(({ who }) => who === input.id);
      expect(said).toEqual([]);
      await unmute(ledger, { sites: [site], address: null });
      must(await ledger.requests.open(input, opened), 'opened');
    },
    mutant: opensBehindTheBack,
  },
  {
    promise: 'a muted address is muted on the sites named, and nobody else is',
    async check({ ledger }) {
      const [site, other, address] = [newSite(), newSite(), newAddress()];
      const mute = only(await mutedOn(ledger, { sites: [site], address, ttlSeconds: 600 }));
      expect(mute).toMatchObject({ site, address, by: ANA });

      must(await ledger.requests.open(openInput({ site, address }), opened), 'muted');
      must(await ledger.requests.open(openInput({ site: other, address }), opened), 'opened');
      must(await ledger.requests.open(openInput({ site }), opened), 'opened');
    },
    mutant: mutes((input) => ({ ...input, address: null })),
  },
  {
    promise: 'where site and address are both muted, the longer mute is told',
    async check({ ledger }) {
      const [site, address] = [newSite(), newAddress()];
      await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 60 });
      const longer = only(await mutedOn(ledger, { sites: [site], address, ttlSeconds: 6_000 }));

      expect(must(await ledger.requests.open(openInput({ site, address }), opened), 'muted').untilMs).toBe(
        longer.untilMs,
      );
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          async open(input, audit) {
            const outcome = await honest.requests.open(input, audit);
            const whole = (await honest.mutes.live()).find((one) => one.site === input.site && one.address === null);
            return outcome.kind === 'muted' ? { ...outcome, untilMs: whole?.untilMs ?? 0 } : outcome;
          },
        },
      }),
  },
  {
    promise: 'the mutes of the site that a request counts for hold, also where the request is of no site',
    async check({ ledger }) {
      const site = newSite();
      const mute = only(await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 }));

      const answer = await ledger.requests.open({ ...openInput({ site: null }), muteOf: site }, opened);

      expect(answer).toEqual({ kind: 'muted', untilMs: mute.untilMs });
      must(await ledger.requests.open({ ...openInput({ site }), muteOf: null }, opened), 'opened');
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          open: (input, audit) => honest.requests.open({ ...input, muteOf: input.site }, audit),
        },
      }),
  },
  {
    promise: 'nobody more is asked about a request whose site is muted; what it has stays, and nothing is written',
    async check({ ledger }) {
      const site = newSite();
      const input: OpenOrAdd = {
        ...producerInput(),
        site,
        endpoint: 'talk-approvals',
        approvers: [{ id: newApprover(), deliveries: [delivery(TALK, random.id())] }],
      };
      const { request } = must(await ledger.requests.openOrAdd(input, added), 'opened');
      const before = await ledger.deliveries.ofRequest(request.id);
      const mute = only(await mutedOn(ledger, { sites: [site], address: null, ttlSeconds: 600 }));
      const audit = { ...opened, who: random.id() };
      const more: OpenOrAdd = {
        ...input,
        id: openInput().id,
        approvers: [{ id: newApprover(), deliveries: [delivery(TALK, random.id())] }],
      };

      const answer = await ledger.requests.openOrAdd(more, { ...added, added: audit });
      const same = await ledger.requests.openOrAdd(input, added);
      const elsewhere = await ledger.requests.openOrAdd({ ...more, muteOf: null }, added);

      expect(answer).toEqual({ kind: 'muted', untilMs: mute.untilMs });
      const said = (await ledger.audit.recent(50)).filter(({ who }) => who === audit.who);
      expect(said).toEqual([]);
      expect(same).toMatchObject({ kind: 'known', recipientsAdded: 0 });
      expect(elsewhere).toMatchObject({ kind: 'known', recipientsAdded: 1 });
      expect(await ledger.deliveries.ofRequest(request.id)).toHaveLength(before.length + 1);
    },
    mutant: (honest) =>
      lying(honest, {
        requests: {
          openOrAdd: (input, audit) => honest.requests.openOrAdd({ ...input, muteOf: null }, audit),
        },
      }),
  },
];
