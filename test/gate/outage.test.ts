/** With the database out of reach: known addresses pass for a while, then nobody does; and back. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SiteKey, VisitorAddress } from '../../src/approval/brand.js';
import { addressWords, parseAddress } from '../../src/base/address-words.js';
import { grantMemory, PING_MS, REREAD_MS, RETRY_MS } from '../../src/gate/grants/memory.js';
import { PAGE_GRANTS } from '../../src/gate/grants/reading.js';
import { manualClock, type ManualClock } from './manual-clock.js';
import { ask, forwarded, HOST, startGate, VISITOR, type RunningGate } from './running-gate.js';

const STALE_SECONDS = 20;

let gate: RunningGate;
let clock: ManualClock;

beforeEach(async () => {
  clock = manualClock();
  gate = await startGate({ clock, staleMaxSeconds: STALE_SECONDS });
});

afterEach(() => gate.stop());

/** The answer of the gate while its clock goes on: a database that hangs is waited for. */
async function check(address = VISITOR): Promise<number> {
  let status = 0;
  const asked = ask(gate.port, { path: '/auth/nginx', headers: forwarded({ address }) }).then((reply) => {
    status = reply.status;
  });
  while (status === 0) {
    await clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await asked;
  return status;
}

describe.each(['rejects', 'hangs'] as const)('a database that %s', (outage) => {
  test('lets known addresses pass for the stale time, strangers never', async () => {
    gate.house.grant(HOST, VISITOR);
    await clock.advance(PING_MS);
    gate.house.outage = outage;
    await clock.advance(PING_MS * 3);

    expect([await check(), await check('198.51.100.9')]).toEqual([204, 403]);
    expect(gate.gate.part().isReady).toBe(false);

    await clock.advance(STALE_SECONDS * 1_000);

    expect(await check()).toBe(403);
  });

  test('does not stretch a grant beyond its own deadline', async () => {
    gate.house.grant(HOST, VISITOR, 10_000);
    await clock.advance(PING_MS);
    gate.house.outage = outage;
    await clock.advance(8_500);

    expect(await check()).toBe(403);
  });

  test('is forgotten when it is back', async () => {
    gate.house.grant(HOST, VISITOR);
    gate.house.outage = outage;
    await clock.advance(STALE_SECONDS * 2_000);
    gate.house.outage = 'none';
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
    const grant = stopped.house.grant(HOST, VISITOR);
    stopped.house.revoke(grant.id, { quietly: true });
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

    expect([status, stopped.house.finds()]).toEqual([403, 1]);
  });
});

test('the stale time is kept by a database that hangs, too, however short it is', async () => {
  const short = await startGate({ clock, staleMaxSeconds: 2 });
  const answer = async (): Promise<number> =>
    (await ask(short.port, { path: '/auth/nginx', headers: forwarded({ address: VISITOR }) })).status;
  short.house.grant(HOST, VISITOR);
  await clock.advance(PING_MS);
  const before = await answer();
  short.house.outage = 'hangs';
  await clock.advance(2_001);
  const asked = answer();
  await clock.advance(0);
  await clock.advance(PING_MS);
  const after = await asked;
  await short.stop();

  expect([before, after]).toEqual([204, 403]);
});

test('after a lost connection every hit is confirmed, until all is read again', async () => {
  const grant = gate.house.grant(HOST, VISITOR);
  gate.house.grant(HOST, '203.0.113.8');
  gate.house.emit({ kind: 'lost' });
  gate.house.revoke(grant.id, { quietly: true });

  expect([await check(), await check('203.0.113.8')]).toEqual([403, 204]);
  expect(gate.house.finds()).toBe(2);

  gate.house.emit({ kind: 'regained' });
  await clock.advance(0);

  expect([await check('203.0.113.8'), gate.house.finds(), gate.gate.part().isReady]).toEqual([204, 2, true]);
});

test('a reading while changes do not come in makes nothing sure: hits are confirmed until one was made with them', async () => {
  const grant = gate.house.grant(HOST, VISITOR);
  gate.house.emit({ kind: 'lost' });
  await clock.advance(PING_MS + RETRY_MS);
  gate.house.revoke(grant.id, { quietly: true });

  expect([await check(), gate.house.finds(), gate.gate.part().isReady]).toEqual([403, 1, false]);

  gate.house.emit({ kind: 'regained' });
  await clock.advance(0);

  expect([await check(), gate.house.finds(), gate.gate.part().isReady]).toEqual([403, 1, true]);
});

test('a hint that was lost is made good by the next reading', async () => {
  const grant = gate.house.grant(HOST, VISITOR);
  gate.house.revoke(grant.id, { quietly: true });
  await clock.advance(REREAD_MS);

  expect(await check()).toBe(403);
});

test('what is granted and revoked during a reading is not lost with it', async () => {
  const revoked = gate.house.grant(HOST, VISITOR);
  const { livePage } = gate.house.ledger.grants;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  Object.assign(gate.house.ledger.grants, {
    livePage: async (after: number, limit: number) => {
      const before = await livePage(after, limit);
      await held;
      return before;
    },
  });
  await clock.advance(REREAD_MS);
  gate.house.grant(HOST, '203.0.113.8');
  gate.house.revoke(revoked.id);
  release();
  await clock.advance(0);

  expect([await check('203.0.113.8'), await check()]).toEqual([204, 403]);
});

describe('a reading in several pages', () => {
  const LAST = '10.0.255.255';
  const addresses = [
    ...Array.from({ length: PAGE_GRANTS }, (_, index) => `10.1.${String(index >> 8)}.${String(index & 255)}`),
    LAST,
  ];

  /** Holds every page behind the first until it is let go. */
  function holdPages(): { readonly asked: () => number; readonly release: () => void } {
    const { livePage } = gate.house.ledger.grants;
    let [asked, release] = [0, (): void => undefined];
    const held = new Promise<void>((resolve) => (release = resolve));
    Object.assign(gate.house.ledger.grants, {
      livePage: async (after: number, limit: number) => {
        asked += 1;
        const page = await livePage(after, limit);
        if (after > 0) await held;
        return page;
      },
    });
    return { asked: () => asked, release: () => release() };
  }

  /** At this very moment: no time passes. */
  async function answer(of: RunningGate, address = ''): Promise<number> {
    return (await ask(of.port, { path: '/auth/nginx', headers: forwarded({ address }) })).status;
  }

  test('has what every page has', async () => {
    for (const address of addresses) gate.house.grant(HOST, address);
    const later = await startGate({ clock, house: gate.house });
    const asked = [addresses[0], addresses[PAGE_GRANTS - 1], LAST, '10.0.255.254'];
    const statuses = await Promise.all(asked.map((address) => answer(later, address)));
    await later.stop();

    expect(statuses).toEqual([204, 204, 204, 403]);
  });

  test('keeps nobody waiting, and until it is whole what was believed before is believed', async () => {
    const [first] = addresses.map((address) => gate.house.grant(HOST, address));
    const pages = holdPages();
    gate.house.revoke(first?.id ?? 0, { quietly: true });
    await clock.advance(REREAD_MS);
    const between = [pages.asked(), await answer(gate, addresses[0]), await answer(gate, LAST)];
    pages.release();
    await clock.advance(0);

    expect([between, await answer(gate, addresses[0]), await answer(gate, LAST)]).toEqual([[2, 204, 204], 403, 204]);
  });

  test('is never two at once, whatever a question from before it comes to: nobody whom it has read is forgotten', async () => {
    addresses.forEach((address) => gate.house.grant(HOST, address));
    gate.house.outage = 'hangs';
    await clock.advance(PING_MS); // it asks, and hears nothing
    gate.house.outage = 'none';
    const pages = holdPages();
    gate.house.emit({ kind: 'lost' });
    gate.house.emit({ kind: 'regained' });
    await clock.advance(PING_MS + RETRY_MS); // the question is given up, and it is time for the next
    const asked = pages.asked();
    pages.release();
    await clock.advance(0);

    expect([asked, await answer(gate, addresses[0]), await answer(gate, LAST)]).toEqual([2, 204, 204]);
  });

  test('that loses its connection half way counts for nothing: hits are confirmed until the next one is whole', async () => {
    addresses.forEach((address) => gate.house.grant(HOST, address));
    const pages = holdPages();
    await clock.advance(REREAD_MS);
    gate.house.emit({ kind: 'lost' });
    gate.house.emit({ kind: 'regained' });
    pages.release();
    await clock.advance(0);
    const before = [gate.gate.part().isReady, await answer(gate, LAST), gate.house.finds()];
    await clock.advance(RETRY_MS);

    expect([before, gate.gate.part().isReady]).toEqual([[false, 204, 1], true]);
  });
});

test('a gate that could not read at its start lets nobody pass, and recovers', async () => {
  const behind = gate.house;
  behind.grant(HOST, VISITOR);
  behind.outage = 'rejects';
  const late = await startGate({ clock, house: behind });
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
    ...gate.house.ledger,
    grants: { ...gate.house.ledger.grants, livePage: () => Promise.resolve(page) },
  };
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const memory = grantMemory({ ledger, staleMaxSeconds: 30, clock: ours, log });
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
