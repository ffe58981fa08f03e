/** Promises about what the console reads: pages that leave nothing out, never at too much at once, and what stands where. */
import { expect } from '@jest/globals';
import type { Ledger } from '../../../src/contract/ledger.js';
import type { LookLedger, Looking, Page, Place } from '../../../src/contract/look-ledger.js';
import { lying, must, only, type LedgerCase, type Lie } from './case.js';
import { granted } from './granted.js';
import * as inputs from './inputs.js';
import { claimCard, failedCard, operatorsAudit, queuedCard, random, sentCard } from './queue-inputs.js';

function lie(bend: (honest: LookLedger) => Partial<LookLedger>): Lie {
  return (honest) => lying(honest, { looks: bend(honest.looks) });
}

/** All that fits, page by page. */
async function all<Filter, Found>(
  look: (input: Looking<Filter>) => Promise<Page<Found>>,
  filter: Filter,
  { limit = 100, lookAt = 1_000 } = {},
): Promise<readonly Found[]> {
  const found: Found[] = [];
  let after: Place | null = null;
  do {
    const page: Page<Found> = await look({ filter, after, limit, lookAt });
    expect(page.found.length).toBeLessThanOrEqual(limit);
    found.push(...page.found);
    after = page.next;
  } while (after !== null);
  return found;
}

async function openedAt(ledger: Ledger, change: Parameters<typeof inputs.openInput>[0]) {
  const input = inputs.openInput(change);
  must(await ledger.requests.open(input, inputs.opened), 'opened');
  return input;
}

export const lookCases: readonly LedgerCase[] = [
  {
    promise: 'requests are listed newest first, in pages that leave none out and show none twice, also of one moment',
    async check({ ledger, change }) {
      const site = inputs.newSite();
      const ids: string[] = [];
      for (let index = 0; index < 6; index += 1) ids.push((await openedAt(ledger, { site, host: site })).id);
      const last = ids.slice(2).map((id) => `'${id}'`);
      await change(
        `UPDATE requests SET opened_at = (SELECT max(opened_at) FROM requests WHERE site = '${site}') WHERE id IN (${last.join(', ')})`,
      );

      for (const size of [{ limit: 2 }, { limit: 100, lookAt: 3 }]) {
        const listed = await all((input) => ledger.looks.requests(input), { sites: [site] }, size);
        expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
        expect(listed.map(({ openedAtMs }) => openedAtMs)).toEqual(
          listed.map(({ openedAtMs }) => openedAtMs).sort((a, b) => b - a),
        );
      }
    },
    mutant: lie((honest) => ({
      requests: (input) => honest.requests({ ...input, after: input.after && [input.after[0] - 1, input.after[1]] }),
    })),
  },
  {
    promise:
      'requests are found by outcome, by environment, and by a part of host, address and person or the start of the id',
    async check({ ledger }) {
      const site = inputs.newSite();
      const person = `Ana ${random.id()}`;
      const mine = await openedAt(ledger, { site, host: site, person });
      const other = await openedAt(ledger, { site, host: site, environment: 'dev' });
      must(await ledger.requests.decide(inputs.approval(other)), 'decided');
      const fits = async (filter: Parameters<LookLedger['requests']>[0]['filter']) =>
        (await all((input) => ledger.looks.requests(input), { sites: [site], ...filter })).map(({ id }) => id);

      expect(await fits({ outcome: 'open' })).toEqual([mine.id]);
      expect(await fits({ outcome: 'approved' })).toEqual([other.id]);
      expect(await fits({ environment: 'dev' })).toEqual([other.id]);
      expect(await fits({ containing: person.toUpperCase().slice(1) })).toEqual([mine.id]);
      expect(await fits({ containing: other.address })).toEqual([other.id]);
      expect(await fits({ containing: mine.id.slice(0, 12) })).toEqual([mine.id]);
      expect(await fits({ containing: mine.id.slice(4) })).toEqual([]);
    },
    mutant: lie((honest) => ({
      requests: (input) => honest.requests({ ...input, filter: { ...input.filter, outcome: undefined } }),
    })),
  },
  {
    promise: 'of requests at no site of ours those are listed of which the approver was asked',
    async check({ ledger }) {
      const [site, approver] = [inputs.newSite(), inputs.newApprover()];
      const asked = [{ id: approver, deliveries: [inputs.delivery()] }];
      const theirs = await openedAt(ledger, { site: null, host: site, window: null, approvers: asked });
      await openedAt(ledger, { site: null, host: site, window: null });

      const found = await all((input) => ledger.looks.requests(input), { sites: [], asked: approver });

      expect(found.map(({ id }) => id)).toEqual([theirs.id]);
    },
    mutant: lie((honest) => ({
      requests: (input) => honest.requests({ ...input, filter: { ...input.filter, sites: null } }),
    })),
  },
  {
    promise: 'grants that live are listed, the last to end first, and found by a part of site, address and giver',
    async check({ ledger }) {
      const site = inputs.newSite();
      const [later, sooner] = [
        await granted(ledger, site, { ttlSeconds: 900 }),
        await granted(ledger, site, { ttlSeconds: 300 }),
      ];
      await granted(ledger, site, { ttlSeconds: 0 });
      const fits = (containing?: string) =>
        all((input) => ledger.looks.grants(input), { sites: [site], containing }, { limit: 1 });

      expect(await fits()).toEqual([later, sooner]);
      expect(await fits(sooner.address)).toEqual([sooner]);
      expect(await fits(String(later.id))).toContainEqual(later);
      expect(await fits(`${site.toUpperCase()} ${later.address}`)).toEqual([later]);
    },
    mutant: lie((honest) => ({ grants: async (input) => ({ ...(await honest.grants(input)), next: null }) })),
  },
  {
    promise: 'the audit is searched by whole words, each anywhere in an entry, within times',
    async check({ ledger }) {
      const site = inputs.newSite();
      const word = random.id();
      const entry = { surface: 'cli', site, address: null } as const;
      await ledger.audit.add({ ...entry, who: `${word}@example.org`, what: 'signed_in', detail: {} }, null);
      await ledger.audit.add({ ...entry, who: 'eva', what: 'reset', detail: { account: `x${word}` } }, null);
      const fits = async (filter: Parameters<LookLedger['audit']>[0]['filter']) =>
        (await all((input) => ledger.looks.audit(input), { sites: [site], ...filter })).map(({ what }) => what);
      const [newest] = (await ledger.looks.audit({ filter: { sites: [site] }, after: null, limit: 1, lookAt: 100 }))
        .found;
      const atMs = newest?.atMs ?? 0;

      expect(await fits({})).toEqual(['reset', 'signed_in']);
      expect(await fits({ words: [word.toUpperCase()] })).toEqual(['signed_in']);
      expect(await fits({ words: ['signed', 'example.org', word] })).toEqual(['signed_in']);
      expect(await fits({ words: ['sign'] })).toEqual([]);
      expect(await fits({ sinceMs: atMs - 60_000, untilMs: atMs + 1 })).toEqual(['reset', 'signed_in']);
      expect(await fits({ untilMs: atMs - 60_000 })).toEqual([]);
    },
    mutant: lie((honest) => ({
      audit: (input) =>
        honest.audit({
          ...input,
          filter: { ...input.filter, words: input.filter.words?.filter((one) => one !== 'sign') },
        }),
    })),
  },
  {
    promise: 'what the audit tells of one request is found, sealed or not, the first first',
    async check({ ledger }) {
      const input = await openedAt(ledger, {});
      must(await ledger.requests.decide(inputs.approval(input)), 'decided');
      await ledger.audit.add({ ...inputs.opened, what: 'later' }, input.id);

      const told = await ledger.looks.ofRequest(input.id, 100);

      expect(told.map(({ what }) => what)).toEqual(expect.arrayContaining(['opened', 'decided', 'later']));
      expect(told[0]?.what).toBe('opened');
      expect(told.every(({ requestId }) => requestId === input.id)).toBe(true);
    },
    mutant: lie((honest) => ({ ofRequest: async (id, limit) => (await honest.ofRequest(id, limit)).slice(1) })),
  },
  {
    promise:
      'what waits is counted by transport and state, with the last success and the last trouble of each, and what failed of late until it is resolved',
    async check({ ledger, change }) {
      const sent = await sentCard(ledger);
      const failed = await failedCard(ledger);
      const before = await ledger.looks.deliveries();
      const old = await queuedCard(ledger);
      await change(`UPDATE deliveries SET created_at = created_at - 172800000 WHERE id = '${old.id}'`);
      await ledger.deliveries.close([inputs.failed(await claimCard(ledger, old))]);
      const after = await ledger.looks.deliveries();
      await ledger.failures.resolve(old.id, operatorsAudit('failure_resolved'));
      const resolved = await ledger.looks.deliveries();
      const of = (transport: string) => after.last.filter((one) => one.transport === transport);

      expect(only(of(sent.transport)).sentAtMs).toEqual(expect.any(Number));
      expect(only(of(failed.transport))).toMatchObject({ sentAtMs: null, troubleReason: expect.any(String) });
      expect([after.failedLately, resolved.failedLately]).toEqual([before.failedLately + 1, before.failedLately]);
    },
    mutant: lie((honest) => ({
      deliveries: async () => ({ ...(await honest.deliveries()), failedLately: 7 }),
    })),
  },
  {
    promise: 'requests of late are counted by how they ended, at each site',
    async check({ ledger, change }) {
      const site = inputs.newSite();
      const old = await openedAt(ledger, { site, host: site });
      await change(`UPDATE requests SET opened_at = opened_at - 3600000 WHERE id = '${old.id}'`);
      await openedAt(ledger, { site, host: site });
      must(await ledger.requests.decide(inputs.approval(await openedAt(ledger, { site, host: site }))), 'decided');

      const counted = (await ledger.looks.outcomes(1_800_000)).filter((one) => one.site === site);

      expect(counted).toHaveLength(2);
      expect(counted).toEqual(
        expect.arrayContaining([
          { site, outcome: null, count: 1 },
          { site, outcome: 'approved', count: 1 },
        ]),
      );
    },
    mutant: lie((honest) => ({ outcomes: () => honest.outcomes(7_200_000) })),
  },
];
