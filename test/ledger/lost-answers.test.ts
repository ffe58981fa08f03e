/** The connection ends between a commit and the word of it: whoever waits is told what is so, and nothing happens twice. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { approval, liveGrants, opened, openInput } from '../contract/ledger/inputs.js';
import { eventually } from '../fixtures/time/eventually.js';
import { startDatabaseWire } from '../fixtures/network/tcp-proxy.js';
import { createPostgresDatabase, onPostgres } from '../fixtures/databases/databases.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let wire: Awaited<ReturnType<typeof startDatabaseWire>>;
let ledger: Ledger;

beforeEach(async () => {
  database = await createPostgresDatabase();
  wire = await startDatabaseWire(database.where.url);
  ledger = await openLedger({ kind: 'postgres', url: wire.url }, { log: keptLog() });
});

afterEach(async () => {
  await ledger.close();
  await wire.close();
  await database.remove();
});

async function audited(what: string): Promise<number> {
  const counted = 'SELECT count(*)::int AS count FROM audit WHERE what = $1';
  const { rows } = await onPostgres(database.where.url, (client) => client.query<{ count: number }>(counted, [what]));
  return rows[0]?.count ?? 0;
}

test('a tap that was decided is told so, once, and another process hears of the grant', async () => {
  const other = await openLedger(database.where, { log: keptLog() });
  const heard: string[] = [];
  other.subscribe(({ kind }) => void heard.push(kind));
  const input = openInput();
  await ledger.requests.open(input, opened);
  wire.loseAnswerTo('UPDATE requests SET');

  const answer = await ledger.requests.decide(approval(input));

  expect(answer).toMatchObject({ kind: 'decided', isRedelivered: true, decision: { outcome: 'approved' } });
  expect([await audited('decided'), (await liveGrants(ledger)).length]).toEqual([1, 1]);
  await eventually('the grant is heard of', () => heard.includes('granted'));
  await other.close();
});

test('a visitor whose request was opened is told of that request, which is there once', async () => {
  const input = openInput({ window: { key: 'stg 203.0.113.7', seconds: 600 } });
  wire.loseAnswerTo('COMMIT');

  const answer = await ledger.requests.open(input, opened);

  expect(answer).toMatchObject({ kind: 'window', request: { id: input.id } });
  expect(await audited('opened')).toBe(1);
});

test('an operator whose grant was written hears that it was carried out already', async () => {
  const input = { site: 'stg.example.org', address: '203.0.113.9', ttlSeconds: 60, by: 'eve', replayKey: 'cli:1' };
  wire.loseAnswerTo('COMMIT');

  const answer = await ledger.grants.grant(input as Parameters<Ledger['grants']['grant']>[0], {
    ...opened,
    what: 'granted',
  });

  expect(answer).toEqual({ kind: 'repeated' });
  expect([await audited('granted'), (await liveGrants(ledger)).length]).toEqual([1, 1]);
});

test('what does not know itself again is not run twice', async () => {
  wire.loseAnswerTo('INSERT INTO audit');

  const refused = ledger.audit.add(opened, null);

  await expect(refused).rejects.toMatchObject({ code: 'ledger_unavailable' });
  expect(await audited('opened')).toBe(1);
});
