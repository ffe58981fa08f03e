/** With the database out of reach: known addresses pass for a while, then nobody does; and back. */
import { describe, expect, test } from '@jest/globals';
import type { SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import { addressWords } from '../../src/base/net/address-words.js';
import { parseAddress } from '../../src/base/net/parse-address.js';
import { grantCache, PING_MS } from '../../src/gate/grants/grant-cache.js';
import { REREAD_MS } from '../../src/gate/grants/rereading.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { manualClock } from '../fixtures/time/manual-clock.js';
import { ask, forwarded, HOST, startGate, VISITOR, type RunningGate } from '../fixtures/gate/running-gate.js';
import { check, clock, gate, openStaleGate, STALE_SECONDS } from '../fixtures/gate/stale-gate.js';

openStaleGate();

describe.each(['rejects', 'hangs'] as const)('a database that %s', (outage) => {
  test('lets known addresses pass for the stale time, strangers never', async () => {
    gate.fixture.grant(HOST, VISITOR);
    await clock.advance(PING_MS);
    gate.fixture.outage = outage;
    await clock.advance(PING_MS * 3);

    expect([await check(), await check('198.51.100.9')]).toEqual([204, 403]);
    expect(gate.gate.part().isReady).toBe(false);

    await clock.advance(STALE_SECONDS * 1_000);

    expect(await check()).toBe(403);
  });

  test('does not stretch a grant beyond its own deadline', async () => {
    gate.fixture.grant(HOST, VISITOR, 10_000);
    await clock.advance(PING_MS);
    gate.fixture.outage = outage;
    await clock.advance(8_500);

    expect(await check()).toBe(403);
  });

  test('is forgotten when it is back', async () => {
    gate.fixture.grant(HOST, VISITOR);
    gate.fixture.outage = outage;
    await clock.advance(STALE_SECONDS * 2_000);
    gate.fixture.outage = 'none';
    await clock.advance(15_000);

    expect([await check(), gate.gate.part().isReady]).toEqual([204, true]);
  });
});

describe('a memory that no timer has looked after, as in a process that was stopped', () => {
  /** Time goes on and nothing runs, as between SIGSTOP and the first visitor after SIGCONT. */
  async function stoppedGate(staleMaxSeconds: number, stoppedMs: number): Promise<RunningGate> {
    let skippedMs = 0;
    const standing = manualClock();
    const stopped = await startGate({
      clock: { ...standing, monotonicMs: () => standing.monotonicMs() + skippedMs },
      staleMaxSeconds,
    });
    const grant = stopped.fixture.grant(HOST, VISITOR);
    stopped.fixture.revoke(grant.id, { quietly: true });
    skippedMs = stoppedMs;
    return stopped;
  }

  test.each([
    { what: 'longer than 30 s', staleMaxSeconds: 60, stoppedMs: REREAD_MS + 1 },
    { what: 'longer than the stale time', staleMaxSeconds: 2, stoppedMs: 2_001 },
  ])('$what: what was revoked meanwhile does not pass', async ({ staleMaxSeconds, stoppedMs }) => {
    const stopped = await stoppedGate(staleMaxSeconds, stoppedMs);
    const { status } = await ask(stopped.port, { path: '/auth/nginx', headers: forwarded({ address: VISITOR }) });
    await stopped.stop();

    expect([status, stopped.fixture.finds()]).toEqual([403, 1]);
  });
});

test('the stale time is kept by a database that hangs, too, however short it is', async () => {
  const short = await startGate({ clock, staleMaxSeconds: 2 });
  const answer = async (): Promise<number> =>
    (await ask(short.port, { path: '/auth/nginx', headers: forwarded({ address: VISITOR }) })).status;
  short.fixture.grant(HOST, VISITOR);
  await clock.advance(PING_MS);
  const before = await answer();
  short.fixture.outage = 'hangs';
  await clock.advance(2_001);
  const asked = answer();
  await clock.advance(0);
  await clock.advance(PING_MS);
  const after = await asked;
  await short.stop();

  expect([before, after]).toEqual([204, 403]);
});

test('a gate that could not read at its start lets nobody pass, and recovers', async () => {
  const behind = gate.fixture;
  behind.grant(HOST, VISITOR);
  behind.outage = 'rejects';
  const late = await startGate({ clock, fixture: behind });
  const before = [
    late.gate.part().isReady,
    (await ask(late.port, { path: '/auth/nginx', headers: forwarded() })).status,
  ];
  behind.outage = 'none';
  await clock.advance(PING_MS);
  const after = [
    late.gate.part().isReady,
    (await ask(late.port, { path: '/auth/nginx', headers: forwarded() })).status,
  ];
  await late.stop();

  expect([before, after]).toEqual([
    [false, 403],
    [true, 204],
  ]);
});

test("deadlines are judged by the database's clock, whatever ours says and wherever it is set to", async () => {
  const aheadMs = 3_600_000;
  let setForwardMs = 0;
  const ours = { ...clock, nowMs: () => clock.nowMs() + setForwardMs };
  const group = {
    site: HOST as SiteKey,
    grantedBy: 'ada@example.org',
    ids: [1, 2],
    addresses: [VISITOR, '203.0.113.8'] as VisitorAddress[],
    untilsMs: [1_000, -1_000].map((restMs) => clock.nowMs() + aheadMs + restMs),
  };
  const page = { nowMs: clock.nowMs() + aheadMs, groups: [group], next: null };
  const ledger = {
    ...gate.fixture.ledger,
    grants: { ...gate.fixture.ledger.grants, livePage: () => Promise.resolve(page) },
  };
  const memory = grantCache({ ledger, staleMaxSeconds: 30, clock: ours, log: silentLog });
  await memory.start();
  const passes = (address: string): boolean => {
    const words = addressWords();
    return parseAddress(address, words) && memory.find(HOST as SiteKey, words) !== null;
  };

  const atFirst = [passes(VISITOR), passes('203.0.113.8')];
  setForwardMs = -10 * aheadMs;
  await clock.advance(999);
  const justBefore = passes(VISITOR);
  await clock.advance(1);
  const after = passes(VISITOR);
  memory.stop();

  expect([atFirst, justBefore, after]).toEqual([[true, false], true, false]);
});
