/** From the first version to this one: its rows are kept, and its statements still work beside us. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChannelName, RequestId } from '../../src/approval/brand.js';
import { First1795402800000 } from '../../src/ledger/migrations/0001-first.js';
import { migrateLedger, openLedger } from '../../src/ledger/open.js';
import { only } from '../contract/ledger/case.js';
import { approval, claimOne, opened, openInput, RPM } from '../contract/ledger/inputs.js';
import {
  createDatabase,
  databaseKinds,
  type DatabaseKind,
  type TestDatabase,
} from '../fixtures/databases/databases.js';
import { runBeside } from '../fixtures/databases/beside.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const FAR_MS = 4_000_000_000_000;
const HISTORY = {
  sqlite: `CREATE TABLE "migrations" (
    "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "timestamp" bigint NOT NULL, "name" varchar NOT NULL)`,
  postgres: `CREATE TABLE "migrations" (
    "id" SERIAL NOT NULL PRIMARY KEY, "timestamp" bigint NOT NULL, "name" character varying NOT NULL)`,
} as const satisfies Record<DatabaseKind, string>;

describe.each(databaseKinds)('on %s', (kind) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase(kind);
    const first = new First1795402800000()[kind];
    const done = `INSERT INTO migrations (timestamp, name) VALUES (1795402800000, 'First1795402800000')`;
    for (const statement of [...first, HISTORY[kind], done]) await runBeside(database, statement);
  });

  afterEach(() => database.remove());

  test('only what is new runs, and what was there is read as it was, without a reason or a revocation', async () => {
    await runBeside(database, requestAsFirst('r1', 'denied'));
    await runBeside(database, deliveryAsFirst('d1', 'r1'));
    await runBeside(
      database,
      `INSERT INTO attempts (delivery_id, task, attempt, started_at) VALUES ('d1', 'notify', 1, 1)`,
    );

    const run = await migrateLedger(database.where);

    expect(run).toEqual([
      'Chat1795489200000',
      'Seals1795575600000',
      'MaybeThere1795662000000',
      'FewerPages1795748400000',
      'Shares1795834800000',
      'SiteTokens1795921200000',
      'Messages1796007600000',
      'MailedLinks1796094000000',
      'Accounts1796180400000',
      'SessionFacts1796266800000',
      'Factors1796353200000',
      'Handoffs1796439600000',
      'Persons1796526000000',
      'NamesOfWays1796612400000',
      'ServiceSessions1796698800000',
      'Enrolments1796871600000',
      'Redrives1796958000000',
      'MailProviders1797044400000',
      'Failures1797130800000',
      'Rollups1797217200000',
      'ProducerMails1797303600000',
      'MailRouting1797390000000',
      'RequestTrail1797476400000',
      'MailPauses1797562800000',
    ]);
    const ledger = await openLedger(database.where, { log: keptLog() });
    const request = await ledger.requests.byId('r1' as RequestId);
    expect(request?.decision).toEqual({ outcome: 'denied', by: 'rpm', over: 'talk', atMs: 2, grantedUntilMs: null });
    expect(only(await ledger.deliveries.ofRequest('r1' as RequestId))).toMatchObject({ deliveryId: 'd1', attempts: 1 });
    await ledger.close();
  });

  test('whom a request asked, its window and its slot are held as before, and the slot comes free with the decision', async () => {
    await runBeside(database, requestAsFirst('r3', null));
    await runBeside(database, `INSERT INTO asked (request_id, approver, endpoint) VALUES ('r3', '${RPM}', '')`);
    await runBeside(database, `INSERT INTO windows (key, until, request_id) VALUES ('w3', ${String(FAR_MS)}, 'r3')`);
    await runBeside(
      database,
      `INSERT INTO slots (approver, n, until, request_id) VALUES ('${RPM}', 0, ${String(FAR_MS)}, 'r3')`,
    );
    await migrateLedger(database.where);

    const ledger = await openLedger(database.where, { log: keptLog() });
    const alone = { approvers: [{ id: RPM, deliveries: [] }], maxPendingPerApprover: 1 };
    const within = await ledger.requests.open(openInput({ window: { key: 'w3', seconds: 60 } }), opened);
    const atCap = await ledger.requests.open(openInput(alone), opened);
    await ledger.requests.decide(approval({ tokenHash: 'h-r3' }));
    const afterwards = await ledger.requests.open(openInput(alone), opened);

    expect(await ledger.requests.approversOf('r3' as RequestId)).toEqual([RPM]);
    expect([within.kind, atCap.kind, afterwards.kind]).toEqual(['window', 'cap', 'opened']);
    await ledger.close();
  });

  test('what a process of the first version writes afterwards is a card like any other', async () => {
    await migrateLedger(database.where);

    await runBeside(database, requestAsFirst('r2', null));
    await runBeside(database, deliveryAsFirst('d2', 'r2'));

    const ledger = await openLedger(database.where, { log: keptLog() });
    const claim = only(await ledger.deliveries.claim(claimOne('talk' as ChannelName)));
    expect(claim).toMatchObject({ deliveryId: 'd2', task: 'notify', request: { id: 'r2', decision: null } });
    await ledger.close();
  });
});

/** As the first version wrote it: of columns that it did not know there is no word. */
function requestAsFirst(id: string, outcome: 'denied' | null): string {
  const ended = outcome === null ? 'NULL, NULL, NULL, NULL' : `'${outcome}', 'rpm', 'talk', 2`;
  return `
    INSERT INTO requests (
      id, status_id, token_hash, token_prefix, sealed_token, producer, site, host, environment, path, address, country,
      user_agent, browser, opened_at, deadline_at, grant_ttl_seconds, revision, outcome, decided_by, decided_over,
      decided_at, first_open, first_sent, is_all_failed_told)
    VALUES (
      '${id}', 's-${id}', 'h-${id}', 'abcdef01', 'sealed', 'gate', 'stg.example.org', 'stg.example.org', 'stg', '/',
      '192.0.2.7', NULL, 'Mozilla/5.0', 'Chrome', 1, ${String(FAR_MS)}, 3600, 1, ${ended}, 0, 0, 0)`;
}

function deliveryAsFirst(id: string, requestId: string): string {
  return `
    INSERT INTO deliveries (
      id, request_id, channel, carrier, kind, recipient, recipient_key, state, claim_token, due_at, give_up_at,
      wanted_revision, drawn_revision, attempts, is_maybe_duplicate, is_first_ended, created_at)
    VALUES (
      '${id}', '${requestId}', 'talk', 'talk', 'card', '{"kind":"approver","approver":"rpm","address":"a"}', 'k', 'queued',
      NULL, 1, ${String(FAR_MS)}, 1, 0, 0, 0, 0, 1)`;
}
