/** Reading all grants again: when it is due, and what is believed meanwhile. */
import { describe, expect, test } from '@jest/globals';
import { grantCache, PING_MS } from '../../src/gate/grants/grant-cache.js';
import { REREAD_MS, RETRY_MS } from '../../src/gate/grants/rereading.js';
import { PAGE_GRANTS } from '../../src/gate/grants/reading.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { ask, forwarded, HOST, startGate, VISITOR, type RunningGate } from '../fixtures/gate/running-gate.js';
import { check, clock, gate, openStaleGate, STALE_SECONDS } from '../fixtures/gate/stale-gate.js';

openStaleGate();

test('after a lost connection every hit is confirmed, until all is read again', async () => {
  const grant = gate.fixture.grant(HOST, VISITOR);
  gate.fixture.grant(HOST, '203.0.113.8');
  gate.fixture.emit({ kind: 'lost' });
  gate.fixture.revoke(grant.id, { quietly: true });

  expect([await check(), await check('203.0.113.8')]).toEqual([403, 204]);
  expect(gate.fixture.finds()).toBe(2);

  gate.fixture.emit({ kind: 'regained' });
  await clock.advance(0);

  expect([await check('203.0.113.8'), gate.fixture.finds(), gate.gate.part().isReady]).toEqual([204, 2, true]);
});

test('a reading while changes do not come in makes nothing sure: hits are confirmed until one was made with them', async () => {
  const grant = gate.fixture.grant(HOST, VISITOR);
  gate.fixture.emit({ kind: 'lost' });
  await clock.advance(PING_MS + RETRY_MS);
  gate.fixture.revoke(grant.id, { quietly: true });

  expect([await check(), gate.fixture.finds(), gate.gate.part().isReady]).toEqual([403, 1, false]);

  gate.fixture.emit({ kind: 'regained' });
  await clock.advance(0);

  expect([await check(), gate.fixture.finds(), gate.gate.part().isReady]).toEqual([403, 1, true]);
});

test('a hint that was lost is made good by the next reading', async () => {
  const grant = gate.fixture.grant(HOST, VISITOR);
  gate.fixture.revoke(grant.id, { quietly: true });
  await clock.advance(REREAD_MS);

  expect(await check()).toBe(403);
});

test('what is granted and revoked during a reading is not lost with it', async () => {
  const revoked = gate.fixture.grant(HOST, VISITOR);
  const { livePage } = gate.fixture.ledger.grants;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  Object.assign(gate.fixture.ledger.grants, {
    livePage: async (after: number, limit: number) => {
      const before = await livePage(after, limit);
      await held;
      return before;
    },
  });
  await clock.advance(REREAD_MS);
  gate.fixture.grant(HOST, '203.0.113.8');
  gate.fixture.revoke(revoked.id);
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
    const { livePage } = gate.fixture.ledger.grants;
    let [asked, release] = [0, (): void => undefined];
    const held = new Promise<void>((resolve) => (release = resolve));
    Object.assign(gate.fixture.ledger.grants, {
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
    for (const address of addresses) gate.fixture.grant(HOST, address);
    const later = await startGate({ clock, fixture: gate.fixture });
    const asked = [addresses[0], addresses[PAGE_GRANTS - 1], LAST, '10.0.255.254'];
    const statuses = await Promise.all(asked.map((address) => answer(later, address)));
    await later.stop();

    expect(statuses).toEqual([204, 204, 204, 403]);
  });

  test('keeps nobody waiting, and until it is whole what was believed before is believed', async () => {
    const [first] = addresses.map((address) => gate.fixture.grant(HOST, address));
    const pages = holdPages();
    gate.fixture.revoke(first?.id ?? 0, { quietly: true });
    await clock.advance(REREAD_MS);
    const between = [pages.asked(), await answer(gate, addresses[0]), await answer(gate, LAST)];
    pages.release();
    await clock.advance(0);

    expect([between, await answer(gate, addresses[0]), await answer(gate, LAST)]).toEqual([[2, 204, 204], 403, 204]);
  });

  test('is never two at once, whatever a question from before it comes to: nobody whom it has read is forgotten', async () => {
    addresses.forEach((address) => gate.fixture.grant(HOST, address));
    gate.fixture.outage = 'hangs';
    await clock.advance(PING_MS); // it asks, and hears nothing
    gate.fixture.outage = 'none';
    const pages = holdPages();
    gate.fixture.emit({ kind: 'lost' });
    gate.fixture.emit({ kind: 'regained' });
    await clock.advance(PING_MS + RETRY_MS); // the question is given up, and it is time for the next
    const asked = pages.asked();
    pages.release();
    await clock.advance(0);

    expect([asked, await answer(gate, addresses[0]), await answer(gate, LAST)]).toEqual([2, 204, 204]);
  });

  test('that loses its connection half way counts for nothing: hits are confirmed until the next one is whole', async () => {
    addresses.forEach((address) => gate.fixture.grant(HOST, address));
    const pages = holdPages();
    await clock.advance(REREAD_MS);
    gate.fixture.emit({ kind: 'lost' });
    gate.fixture.emit({ kind: 'regained' });
    pages.release();
    await clock.advance(0);
    const before = [gate.gate.part().isReady, await answer(gate, LAST), gate.fixture.finds()];
    await clock.advance(RETRY_MS);

    expect([before, gate.gate.part().isReady]).toEqual([[false, 204, 1], true]);
  });
});

test('a connection that is lost and back time and again leaves the database with no more questions than before', async () => {
  let asked = 0;
  const { ledger } = gate.fixture;
  const counted = <A extends readonly unknown[], T>(ask: (...given: A) => T) => {
    return (...given: A): T => {
      asked += 1;
      return ask(...given);
    };
  };
  const grants = { ...ledger.grants, livePage: counted(ledger.grants.livePage) };
  const memory = grantCache({
    ledger: { ...ledger, ping: counted(ledger.ping), grants },
    staleMaxSeconds: STALE_SECONDS,
    clock,
    log: silentLog,
  });
  await memory.start();
  const askedInAMinute = async (): Promise<number> => {
    const before = asked;
    await clock.advance(60_000);
    return asked - before;
  };

  const atFirst = await askedInAMinute();
  for (let times = 0; times < 5; times += 1) {
    gate.fixture.emit({ kind: 'lost' });
    gate.fixture.emit({ kind: 'regained' });
    await clock.advance(PING_MS);
  }
  const afterwards = await askedInAMinute();
  memory.stop();

  expect(atFirst).toBeGreaterThan(0);
  expect(Math.abs(afterwards - atFirst)).toBeLessThanOrEqual(1);
});
