/** Promises about retention: what is past goes in bounded batches, what lives stays, and what was sealed still verifies. */
import { expect } from '@jest/globals';
import type { ChannelName, RequestId, SiteKey } from '../../../src/approval/brand.js';
import { systemChance } from '../../../src/base/chance.js';
import type { Ledger, OpenRequest, Sweep, SweepCursor, Swept } from '../../../src/contract/ledger.js';
import { ERASED } from '../../../src/ledger/audit/scheme.js';
import { verifyTrail } from '../../../src/ledger/audit/verify.js';
import { entryBy, sealAll } from './audit.js';
import { lying, must, only, type LedgerCase, type LedgerStage, type Lie } from './case.js';
import { approval, claimOne, delivery, grantedOn, newAddress, opened, openWish, SITE, sent } from './wishes.js';

const chance = systemChance();
const DAY_MS = 86_400_000;
/** Rows of these cases are made older than this; those of all others are not. */
const OLD_MS = 400 * DAY_MS;
const OLDER_THAN_MS = 365 * DAY_MS;
const LIMIT = 50;
const RACERS = 6;

const SEALED = `SELECT min(seals.number) AS first FROM seals JOIN audit ON audit.id = seals.audit_id WHERE`;
/** Where the walks in order of time begin: these cases' old rows come behind the young ones of others. */
const FIRST_OLD: Readonly<Partial<Record<Sweep, string>>> = {
  attempts: `SELECT min(id) AS first FROM attempts WHERE started_at <`,
  dead_letters: `SELECT min(id) AS first FROM dead_letters WHERE at <`,
  audit_addresses: `${SEALED} seals.names_visitor = 1 AND audit.at > 1 AND audit.at <`,
  audit_people: `${SEALED} seals.who_salt IS NOT NULL AND audit.at > 1 AND audit.at <`,
};

async function beginningOf({ query }: LedgerStage, what: Sweep): Promise<SweepCursor | null> {
  const asked = FIRST_OLD[what];
  if (asked === undefined) return null;
  const [row] = await query(`${asked} ${String(Date.now() - OLDER_THAN_MS)}`);
  return [Number(row?.['first'] ?? 1) - 1];
}

/** All batches of a sweep; answers what each did. */
async function swept(stage: LedgerStage, what: Sweep, limit = LIMIT): Promise<readonly Swept[]> {
  const batches: Swept[] = [];
  let after = await beginningOf(stage, what);
  do {
    const batch: Swept = await stage.ledger.retention.sweep({ what, olderThanMs: OLDER_THAN_MS, limit, after });
    batches.push(batch);
    after = batch.next;
  } while (after !== null);
  return batches;
}

function total(batches: readonly Swept[], name: string, of: 'removed' | 'erased' = 'removed'): number {
  return batches.reduce((sum, batch) => sum + (batch[of][name] ?? 0), 0);
}

async function age({ change }: LedgerStage, ids: readonly RequestId[], byMs = OLD_MS): Promise<void> {
  const by = String(byMs);
  const list = ids.map((id) => `'${id}'`).join(', ');
  await change(`
    UPDATE requests SET opened_at = opened_at - ${by}, decided_at = decided_at - ${by} WHERE id IN (${list})`);
  await change(`
    UPDATE attempts SET started_at = started_at - ${by}
    WHERE delivery_id IN (SELECT id FROM deliveries WHERE request_id IN (${list}))`);
}

/** Carriers of one case alone, so that its claims are its own. */
function newCarrier(): ChannelName {
  return `talk-${chance.hex(4)}` as ChannelName;
}

/** A request with one card that was delivered, denied, and redrawn: nothing is left to do. */
async function ended(ledger: Ledger, change: Partial<OpenRequest> = {}): Promise<OpenRequest> {
  const { wish, carrier } = await shown(ledger, change);
  must(await ledger.requests.decide(approval(wish, { outcome: 'denied' })), 'decided');
  await deliver(ledger, carrier);
  return wish;
}

/** Pending, its card delivered. */
async function shown(ledger: Ledger, change: Partial<OpenRequest> = {}) {
  const carrier = newCarrier();
  const wish = openWish({
    approvers: [{ id: only(openWish().approvers).id, deliveries: [delivery(carrier)] }],
    ...change,
  });
  must(await ledger.requests.open(wish, opened), 'opened');
  await deliver(ledger, carrier);
  return { wish, carrier };
}

async function deliver(ledger: Ledger, carrier: ChannelName): Promise<void> {
  await ledger.deliveries.close([sent(only(await ledger.deliveries.claim(claimOne(carrier))))]);
}

async function cardOf({ query }: LedgerStage, id: RequestId): Promise<string> {
  return String(only(await query(`SELECT id FROM deliveries WHERE request_id = '${id}' AND kind = 'card'`))['id']);
}

async function countOf({ query }: LedgerStage, table: string, where: string): Promise<number> {
  const [row] = await query(`SELECT count(*) AS n FROM ${table} WHERE ${where}`);
  return Number(row?.['n']);
}

/** After a sweep it knows no request any more. */
const sweepsRequests: Lie = (honest) => {
  let isSwept = false;
  return lying(honest, {
    retention: {
      sweep(wish) {
        isSwept = true;
        return honest.retention.sweep(wish);
      },
    },
    requests: { byId: (id) => (isSwept ? Promise.resolve(null) : honest.requests.byId(id)) },
  });
};
const keepsAll: Lie = (honest) =>
  lying(honest, { retention: { sweep: () => Promise.resolve({ removed: {}, erased: {}, next: null }) } });

/** Requests that live, each by another reason. */
const LIVING: Readonly<Record<string, (stage: LedgerStage) => Promise<RequestId>>> = {
  pending: async ({ ledger }) => (await shown(ledger)).wish.id,
  'approved, its grant running': async ({ ledger }) => {
    const { wish, carrier } = await shown(ledger);
    must(await ledger.requests.decide(approval(wish)), 'decided');
    await deliver(ledger, carrier);
    return wish.id;
  },
  'denied, its card not redrawn yet': async ({ ledger }) => {
    const { wish } = await shown(ledger);
    must(await ledger.requests.decide(approval(wish, { outcome: 'denied' })), 'decided');
    return wish.id;
  },
  'denied, a courier just redrawing its card': async ({ ledger }) => {
    const { wish, carrier } = await shown(ledger);
    must(await ledger.requests.decide(approval(wish, { outcome: 'denied' })), 'decided');
    only(await ledger.deliveries.claim(claimOne(carrier)));
    return wish.id;
  },
  'its producer not told yet': async ({ ledger }) => {
    const callback = { producer: 'jet', url: 'https://jet.example.org/outcome' };
    return (await ended(ledger, { producer: 'jet', endpoint: 'talk-approvals', window: null, callback })).id;
  },
  'the grant’s, by number, though it says nothing of it': async ({ ledger, change }) => {
    const wish = await ended(ledger);
    const { id } = await grantedOn(ledger, { site: SITE, address: wish.address, ttlSeconds: 600, by: 'eva' }, opened);
    await change(`UPDATE grants SET request_id = '${wish.id}' WHERE id = ${String(id)}`);
    return wish.id;
  },
};

interface Over {
  readonly what: Sweep;
  readonly table: string;
  /** What the sweep calls them. */
  readonly name: string;
  /** Makes one that is over and one that lives; answers conditions that find them. */
  readonly make: (stage: LedgerStage) => Promise<{ readonly over: string; readonly living: string }>;
}

function insert(
  table: string,
  columns: string,
  values: (key: string) => { readonly over: string; readonly living: string },
): Over['make'] {
  const [name = ''] = columns.split(', ');
  return async ({ change }) => {
    const key = chance.id();
    const { over, living } = values(key);
    await change(`INSERT INTO ${table} (${columns}) VALUES (${over})`);
    await change(`INSERT INTO ${table} (${columns}) VALUES (${living})`);
    return { over: `${name} = 'over-${key}'`, living: `${name} = 'live-${key}'` };
  };
}

const FAR_MS = String(4_000_000_000_000);

/** The first column names the row, the last says until when; `rest` is what lies between. */
function timed(rest: (name: string) => string) {
  return (key: string) => ({
    over: `'over-${key}', ${rest(`over-${key}`)}1`,
    living: `'live-${key}', ${rest(`live-${key}`)}${FAR_MS}`,
  });
}

const OVER: readonly Over[] = [
  {
    what: 'windows',
    table: 'windows',
    name: 'windows',
    make: insert(
      'windows',
      'key, request_id, until',
      timed(() => `'r', `),
    ),
  },
  {
    what: 'replays',
    table: 'replays',
    name: 'replays',
    make: insert(
      'replays',
      'key, until',
      timed(() => ''),
    ),
  },
  {
    what: 'mutes',
    table: 'mutes',
    name: 'mutes',
    make: insert(
      'mutes',
      'site, address, muted_by, until',
      timed(() => `'', 'eva', `),
    ),
  },
  {
    what: 'link_codes',
    table: 'link_codes',
    name: 'link_codes',
    make: insert(
      'link_codes',
      'hash, channel, workspace, subject, until',
      timed((name) => `'talk', 'w', '${name}', `),
    ),
  },
  {
    what: 'sign_in_links',
    table: 'sign_in_links',
    name: 'sign_in_links',
    make: insert(
      'sign_in_links',
      'hash, approver, until',
      timed(() => `'eva', `),
    ),
  },
  {
    what: 'sessions',
    table: 'sessions',
    name: 'sessions',
    make: insert(
      'sessions',
      'hash, approver, csrf_key, until',
      timed(() => `'eva', 'k', `),
    ),
  },
  {
    what: 'grants_over',
    table: 'grants',
    name: 'grants',
    make: insert(
      'grants',
      'site, address, granted_by, granted_at, until',
      timed(() => `'192.0.2.1', 'eva', 1, `),
    ),
  },
  {
    what: 'grants_revoked',
    table: 'grants',
    name: 'grants',
    make: async ({ ledger, change }) => {
      const key = chance.id();
      for (const name of [`over-${key}`, `live-${key}`]) {
        await grantedOn(ledger, { site: name as SiteKey, address: newAddress(), ttlSeconds: 600, by: 'eva' }, opened);
      }
      await change(`UPDATE grants SET revoked_at = 1 WHERE site = 'over-${key}'`);
      return { over: `site = 'over-${key}'`, living: `site = 'live-${key}'` };
    },
  },
  {
    what: 'dead_letters',
    table: 'dead_letters',
    name: 'dead_letters',
    make: insert(
      'dead_letters',
      'source, reason, call_id, address, headers, body_bytes, body_hash, unrecorded, at',
      timed(() => `'malformed', 'c', '192.0.2.1', '{}', 0, '', 0, `),
    ),
  },
];

/** Old entries of the trail, sealed: with an address, with one in the detail, with neither. */
async function oldEntries({ ledger, change }: LedgerStage, isSealed = true): Promise<string> {
  const who = chance.id();
  await ledger.audit.add(entryBy(who), null);
  await ledger.audit.add(entryBy(who, { address: null, detail: { wish: 'revoke 198.51.100.0/24, please' } }), null);
  await ledger.audit.add(entryBy(who, { address: null }), null);
  await change(`UPDATE audit SET at = at - ${String(OLD_MS)} WHERE who = '${who}'`);
  if (isSealed) await sealAll(ledger);
  return who;
}

async function entriesOf({ query }: LedgerStage, ids: readonly number[]) {
  return query(`SELECT who, address, detail, what FROM audit WHERE id IN (${ids.join(', ')}) ORDER BY id`);
}

async function idsOf({ query }: LedgerStage, who: string): Promise<readonly number[]> {
  return (await query(`SELECT id FROM audit WHERE who = '${who}' ORDER BY id`)).map(({ id }) => Number(id));
}

export const retentionCases: readonly LedgerCase[] = [
  {
    promise: 'a past request goes with whom it asked, its deliveries and attempts, and a younger one stays whole',
    async check(stage) {
      const { ledger } = stage;
      const [old, young] = [await ended(ledger), await ended(ledger)];
      await age(stage, [old.id]);

      const batches = await swept(stage, 'requests');

      expect(total(batches, 'requests')).toBe(1);
      expect([total(batches, 'deliveries'), total(batches, 'attempts')]).toEqual([1, 2]);
      expect(await ledger.requests.byId(old.id)).toBeNull();
      expect(await countOf(stage, 'asked', `request_id = '${old.id}'`)).toBe(0);
      expect(await countOf(stage, 'deliveries', `request_id = '${old.id}'`)).toBe(0);
      expect((await ledger.requests.byId(young.id))?.address).toBe(young.address);
      expect(only(await ledger.deliveries.ofRequest(young.id)).attempts).toBe(2);
    },
    liar: keepsAll,
  },
  {
    promise: 'what lives is not touched, however old it is: neither removed nor erased, nor any attempt of it',
    async check(stage) {
      const { ledger } = stage;
      for (const [why, make] of Object.entries(LIVING)) {
        const id = await make(stage);
        await age(stage, [id]);
        const before = await ledger.requests.byId(id);
        const attempts = only(
          (await ledger.deliveries.ofRequest(id)).filter(({ recipient }) => recipient.kind !== 'callback'),
        );

        for (const what of ['request_addresses', 'attempts', 'requests'] as const) await swept(stage, what);

        expect([why, before === null]).toEqual([why, false]);
        expect([why, await ledger.requests.byId(id)]).toEqual([why, before]);
        const isFinal = why.startsWith('approved') || why.startsWith('the grant') || why.startsWith('its producer');
        if (!isFinal)
          expect([why, only(await ledger.deliveries.ofRequest(id)).attempts]).toEqual([why, attempts.attempts]);
      }
    },
    liar: sweepsRequests,
  },
  {
    promise: 'a batch is never larger than was wished, and goes on behind what has to stay',
    async check(stage) {
      const { ledger } = stage;
      const staying = [(await shown(ledger)).wish, (await shown(ledger)).wish];
      await age(
        stage,
        staying.map(({ id }) => id),
        2 * OLD_MS,
      );
      const going = [await ended(ledger), await ended(ledger), await ended(ledger)];
      await age(
        stage,
        going.map(({ id }) => id),
      );

      const erased = await swept(stage, 'request_addresses', 2);
      const attempts = await swept(stage, 'attempts', 2);
      const removed = await swept(stage, 'requests', 2);

      expect(total(erased, 'requests', 'erased')).toBe(3);
      expect(total(attempts, 'attempts')).toBe(6);
      expect(total(removed, 'requests')).toBe(3);
      for (const batch of [...erased, ...attempts, ...removed]) {
        for (const count of [batch.erased['requests'], batch.removed['requests'], batch.removed['attempts']]) {
          expect(count ?? 0).toBeLessThanOrEqual(2);
        }
      }
      for (const { id } of staying) expect(await ledger.requests.byId(id)).not.toBeNull();
    },
    liar: (honest) =>
      lying(honest, { retention: { sweep: (wish) => honest.retention.sweep({ ...wish, limit: wish.limit + 5 }) } }),
  },
  {
    promise: 'of a past request address, path and user agent are erased, once, and its outcome stays',
    async check(stage) {
      const { ledger } = stage;
      const { id } = await ended(ledger);
      await age(stage, [id]);
      const before = await ledger.requests.byId(id);

      const counts = [await swept(stage, 'request_addresses'), await swept(stage, 'request_addresses')].map((batches) =>
        total(batches, 'requests', 'erased'),
      );

      expect(counts).toEqual([1, 0]);
      const gone = { address: 'erased', path: 'erased', userAgent: 'erased' };
      expect(await ledger.requests.byId(id)).toEqual({ ...before, ...gone });
    },
    liar: keepsAll,
  },
  {
    promise: 'what ran out goes, of every kind, and what lives of it stays',
    async check(stage) {
      for (const { what, table, name, make } of OVER) {
        const { over, living } = await make(stage);
        const batches = await swept(stage, what);
        expect([what, total(batches, name) >= 1]).toEqual([what, true]);
        expect([what, await countOf(stage, table, over)]).toEqual([what, 0]);
        expect([what, await countOf(stage, table, living)]).toEqual([what, 1]);
      }
    },
    liar: keepsAll,
  },
  {
    promise:
      'addresses are erased in the trail, with a detail that holds one; the chain is whole, and says what is erased',
    async check(stage) {
      const { ledger } = stage;
      const before = await verifyTrail(ledger.audit);
      const ids = await idsOf(stage, await oldEntries(stage));
      const [first] = await entriesOf(stage, ids);

      const batches = await swept(stage, 'audit_addresses', 1);

      expect(total(batches, 'audit_entries', 'erased')).toBe(2);
      expect(await entriesOf(stage, ids)).toMatchObject([
        { who: first?.['who'], address: ERASED.address, detail: first?.['detail'] },
        { who: first?.['who'], address: null, detail: ERASED.detail },
        { who: first?.['who'], address: null, detail: first?.['detail'] },
      ]);
      const after = await verifyTrail(ledger.audit);
      expect(after.problems).toEqual([]);
      expect(after.erased.count).toBe(before.erased.count + 2);
    },
    liar: (honest) =>
      lying(honest, {
        retention: { sweep: (wish) => honest.retention.sweep({ ...wish, what: 'audit_people' }) },
      }),
  },
  {
    promise: 'names and details can be erased as well, before or after addresses, and the chain is whole',
    async check(stage) {
      const { ledger } = stage;
      const ids = await idsOf(stage, await oldEntries(stage));
      await swept(stage, 'audit_addresses');

      await swept(stage, 'audit_people');

      const [erased, ...others] = await entriesOf(stage, ids);
      expect(erased).toEqual({ ...ERASED, what: 'opened' });
      for (const other of others) expect(other).toEqual({ ...ERASED, address: null, what: 'opened' });
      expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
      expect(total(await swept(stage, 'audit_people'), 'audit_entries', 'erased')).toBe(0);
    },
    liar: keepsAll,
  },
  {
    promise: 'an erased entry is told from a changed one',
    async check(stage) {
      const { ledger, change, query } = stage;
      const [id] = await idsOf(stage, await oldEntries(stage));
      await swept(stage, 'audit_addresses');
      const [row] = await query(`SELECT number FROM audit WHERE id = ${String(id)}`);
      const columns = { address: ERASED.address, what: 'opened' };

      for (const [column, right] of Object.entries(columns)) {
        await change(`UPDATE audit SET ${column} = 'wrong' WHERE id = ${String(id)}`);
        const { problems } = await verifyTrail(ledger.audit);
        await change(`UPDATE audit SET ${column} = '${right}' WHERE id = ${String(id)}`);
        expect(problems).toEqual([{ kind: 'changed', number: row?.['number'], id }]);
      }
      expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
    },
    liar: (honest) =>
      lying(honest, {
        audit: {
          sealed: async (wish) =>
            (await honest.audit.sealed(wish)).map((one) =>
              one.hidden.address.kind === 'erased' && one.entry !== null
                ? { ...one, entry: { ...one.entry, ...{ address: ERASED.address, what: 'opened' } } }
                : one,
            ),
        },
      }),
  },
  {
    promise: 'an entry that is not sealed yet is not erased, however old it is',
    async check(stage) {
      const { ledger } = stage;
      await sealAll(ledger);
      const who = await oldEntries(stage, false);
      const ids = await idsOf(stage, who);
      const before = await entriesOf(stage, ids);

      for (const what of ['audit_addresses', 'audit_people'] as const) await swept(stage, what);

      expect(await entriesOf(stage, ids)).toEqual(before);
      await sealAll(ledger);
      expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
    },
    liar: (honest) =>
      lying(honest, {
        retention: {
          async sweep(wish) {
            await sealAll(honest);
            return honest.retention.sweep(wish);
          },
        },
      }),
  },
  {
    promise: `of ${String(RACERS)} that erase at once each entry is erased by one, and no salt comes back`,
    async check(stage) {
      const { processes } = stage;
      await swept(stage, 'audit_people');
      for (let n = 0; n < 10; n += 1) await oldEntries(stage);
      const wish = { olderThanMs: OLDER_THAN_MS, limit: LIMIT, after: await beginningOf(stage, 'audit_people') };

      const batches = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) =>
          processes[(racer % 3) as 0 | 1 | 2].retention.sweep({
            ...wish,
            what: racer % 2 === 0 ? 'audit_people' : 'audit_addresses',
          }),
        ),
      );
      await swept(stage, 'audit_people');

      const { problems } = await verifyTrail(processes[0].audit);
      expect(problems).toEqual([]);
      expect(await countOf(stage, 'seals', `who_salt IS NOT NULL AND who_hash IS NOT NULL`)).toBe(0);
      const people = batches.filter((_, racer) => racer % 2 === 0);
      expect(total(people, 'audit_entries', 'erased')).toBeLessThanOrEqual(30);
    },
    liar: (honest) =>
      lying(honest, {
        retention: {
          async sweep(wish) {
            const done = await honest.retention.sweep(wish);
            return { ...done, erased: { audit_entries: (done.erased['audit_entries'] ?? 0) + 11 } };
          },
        },
      }),
  },
  {
    promise:
      'the delivery of a past request is past, and so is one that the ledger does not know; a younger one is not',
    async check(stage) {
      const { ledger } = stage;
      const [old, young] = [await ended(ledger), await ended(ledger)];
      await age(stage, [old.id]);
      const [ofOld, ofYoung] = [await cardOf(stage, old.id), await cardOf(stage, young.id)];
      const unknown = chance.id();

      const past = await ledger.retention.past({ deliveries: [ofOld, unknown, ofYoung], olderThanMs: OLDER_THAN_MS });
      await swept(stage, 'requests');

      expect([...past].sort()).toEqual([ofOld, unknown].sort());
    },
    liar: (honest) => lying(honest, { retention: { past: () => Promise.resolve([]) } }),
  },
  {
    promise: 'the delivery of what lives is not past, however old it is',
    async check(stage) {
      const { ledger } = stage;
      for (const [why, make] of Object.entries(LIVING)) {
        const id = await make(stage);
        await age(stage, [id]);
        const deliveries = [await cardOf(stage, id)];

        expect([why, await ledger.retention.past({ deliveries, olderThanMs: OLDER_THAN_MS })]).toEqual([why, []]);
      }
    },
    liar: (honest) => lying(honest, { retention: { past: ({ deliveries }) => Promise.resolve(deliveries) } }),
  },
];
