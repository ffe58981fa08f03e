/** The sealer and retention on real ledgers: soon, once, in small batches, and told. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { Ledger, RetentionDays, SweepInput } from '../../src/contract/ledger.js';
import type { GateEvent } from '../../src/events/events.js';
import { verifyTrail } from '../../src/ledger/verbs/audit/verify.js';
import { openLedger } from '../../src/ledger/open.js';
import { createAuditChain } from '../../src/maintenance/audit-chain/audit-chain.js';
import { createRetention, planOf } from '../../src/maintenance/retention/retention.js';
import type { LeasedTurns } from '../../src/maintenance/leased-turns.js';
import { entryBy } from '../contract/ledger/sealing.js';
import { approval, claimOne, delivery, opened, openInput, sent } from '../contract/ledger/inputs.js';
import { recorder, type Recorder } from '../fixtures/time/recorder.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { eventually } from '../fixtures/time/eventually.js';
import { runBeside } from '../fixtures/databases/beside.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { createDatabase, databaseKinds, type TestDatabase } from '../fixtures/databases/databases.js';

const DAYS: RetentionDays = { requests: 90, attempts: 30, deadLetters: 30, failures: 180, addresses: 30, audit: 0 };
const FOR_EVER: RetentionDays = { requests: 0, attempts: 0, deadLetters: 0, failures: 0, addresses: 0, audit: 0 };
const DAY_MS = 86_400_000;
const CARRIER = 'talk' as ChannelName;
/** The first turn comes a moment after the start. */
const PLANNED_ONLY = { clock: { ...systemClock() }, random: systemRandom(), log: silentLog };

describe.each(databaseKinds)('on %s', (kind) => {
  let database: TestDatabase;
  let ledger: Ledger;
  let running: LeasedTurns[];
  let events: Recorder<GateEvent>;

  beforeEach(async () => {
    database = await createDatabase(kind);
    ledger = await openLedger(database.where, { log: keptLog() });
    running = [];
    events = recorder();
  });

  afterEach(async () => {
    for (const one of running) await one.stop();
    await ledger.close();
    await database.remove();
  });

  async function beside(statement: string): Promise<void> {
    await ledger.close();
    await runBeside(database, statement);
    ledger = await openLedger(database.where, { log: keptLog() });
  }

  function start(one: LeasedTurns): LeasedTurns {
    running.push(one);
    one.start();
    return one;
  }

  function retention(days: RetentionDays, own: Partial<Ledger> = {}): LeasedTurns {
    const { retention, audit, leases } = { ...ledger, ...own };
    const emit = (event: GateEvent): void => events.add(event);
    return createRetention({ retention, audit, leases, days, events: { emit }, ...PLANNED_ONLY });
  }

  /** Denied, its card final, all of it so many days ago. */
  async function past(count: number, days: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const input = openInput({ approvers: [{ id: `a${String(n)}` as never, deliveries: [delivery(CARRIER)] }] });
      await ledger.requests.open(input, opened);
      await close();
      await ledger.requests.decide(approval(input, { outcome: 'denied' }));
      await close();
    }
    const by = String(days * DAY_MS);
    await beside(`UPDATE requests SET opened_at = opened_at - ${by}, decided_at = decided_at - ${by}`);
    await beside(`UPDATE attempts SET started_at = started_at - ${by}`);
  }

  async function close(): Promise<void> {
    await ledger.deliveries.close((await ledger.deliveries.claim(claimOne(CARRIER))).map((claim) => sent(claim)));
  }

  test('what is written is sealed soon after, by itself, and what comes later too', async () => {
    await ledger.audit.add(entryBy('first'), null);
    start(createAuditChain({ ...ledger, ...PLANNED_ONLY }));
    await eventually('the first is sealed', async () => (await ledger.audit.head())?.number === 1);

    await ledger.audit.add(entryBy('second'), null);
    await eventually('the second is sealed', async () => (await ledger.audit.head())?.number === 2);

    expect((await verifyTrail(ledger.audit)).problems).toEqual([]);
  });

  test('several writers seal a burst into one chain, each entry once', async () => {
    for (let n = 0; n < 3; n += 1) start(createAuditChain({ ...ledger, ...PLANNED_ONLY }));

    await Promise.all(Array.from({ length: 450 }, (_, n) => ledger.audit.add(entryBy(String(n)), null)));
    await eventually('all are sealed', async () => (await ledger.audit.head())?.number === 450, 20_000);

    expect(await verifyTrail(ledger.audit)).toMatchObject({ sealed: 450, problemCount: 0, unsealed: { count: 0 } });
  });

  test('retention removes what is past, tells how much in an event, and leaves an entry in the trail', async () => {
    await past(2, 100);

    start(retention(DAYS));
    const event = await events.until(({ event }) => event === 'auth_gate.retention');

    expect(event).toEqual({
      event: 'auth_gate.retention',
      removed: { requests: 2, deliveries: 2, attempts: 4 },
      erased: { requests: 2 },
    });
    expect(await ledger.requests.recent(10)).toEqual([]);
    const entry = await eventually('the trail says it', async () =>
      (await ledger.audit.recent(50)).find(({ what }) => what === 'retention'),
    );
    expect(entry).toMatchObject({
      who: 'clock',
      detail: { removed_requests: 2, removed_deliveries: 2, removed_attempts: 4, erased_requests: 2 },
    });
  });

  test('with 0 days everywhere no record goes, however old it is', async () => {
    await past(1, 3_000);
    const swept = recorder<SweepInput>();
    const watched = watching(ledger, swept);

    start(retention(FOR_EVER, watched));
    await swept.until(({ what }) => what === 'link_codes');

    expect(swept.all.map(({ what }) => what)).toEqual(
      expect.not.arrayContaining(['requests', 'attempts', 'request_addresses', 'audit_addresses', 'audit_people']),
    );
    expect(await ledger.requests.recent(10)).toHaveLength(1);
    expect(events.all).toEqual([]);
  });

  test('a decision beside a long sweep waits for one batch at most, and no batch is large', async () => {
    await past(60, 100);
    const happened = recorder<string>();
    const swept = recorder<SweepInput>();
    const watched = watching(ledger, swept, (what) => happened.add(what));
    const input = openInput();
    await ledger.requests.open(input, opened);

    start(retention(DAYS, watched));
    await swept.until(({ what }) => what === 'requests');
    happened.add('asked');
    await ledger.requests.decide(approval(input, { outcome: 'denied' }));
    happened.add('decided');
    await events.until(({ event }) => event === 'auth_gate.retention');

    const between = happened.all.slice(happened.all.indexOf('asked') + 1, happened.all.indexOf('decided'));
    expect(between.length).toBeLessThanOrEqual(1);
    const requests = swept.all.filter(({ what }) => what === 'requests');
    expect(requests.length).toBeGreaterThanOrEqual(3);
    for (const { what, limit } of swept.all) expect(limit).toBeLessThanOrEqual(what === 'requests' ? 25 : 200);
  });
});

/** The same ledger, whose sweeps are noted when they begin and when they are done. */
function watching(ledger: Ledger, swept: Recorder<SweepInput>, done: (what: string) => void = () => undefined) {
  return {
    retention: {
      ...ledger.retention,
      async sweep(input: SweepInput) {
        swept.add(input);
        const answer = await ledger.retention.sweep(input);
        done(input.what);
        return answer;
      },
    },
  };
}

test('0 days take their sweeps out of the plan, each its own', () => {
  const kinds = (days: RetentionDays): readonly string[] => planOf(days).map(({ what }) => what);

  for (const name of ['requests', 'attempts', 'deadLetters', 'failures', 'addresses', 'audit'] as const) {
    const only = kinds({ ...FOR_EVER, [name]: 7 }).filter((what) => !kinds(FOR_EVER).includes(what));
    expect([name, only]).toEqual([name, expected[name]]);
  }
  expect(planOf({ ...FOR_EVER, requests: 7 })[0]).toMatchObject({ what: 'requests', olderThanMs: 7 * DAY_MS });
});

const expected: Readonly<Record<keyof RetentionDays, readonly string[]>> = {
  requests: ['requests', 'messages', 'producer_mails'],
  attempts: ['attempts'],
  deadLetters: ['dead_letters'],
  failures: ['failures'],
  addresses: ['audit_addresses', 'request_addresses', 'grants_over', 'grants_revoked', 'windows'],
  audit: ['audit_people'],
};
