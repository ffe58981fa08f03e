/** Requests expire by themselves, soon after their deadline, whatever happens to the database in between. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../src/approval/brand.js';
import { systemClock } from '../../src/base/time/clock.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { createExpiry, type Expiry } from '../../src/desk/requests/expiry.js';
import { eventually } from '../fixtures/time/eventually.js';
import { manualClock } from '../fixtures/time/manual-clock.js';
import { site } from '../fixtures/sites/directory.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { ANA, opened, openFixture, STG, usualDirectory, type Fixture } from '../fixtures/desk/desk.js';

let fixture: Fixture;
let expiry: Expiry;
const heard = new Set<RequestId>();

beforeEach(async () => {
  fixture = await openFixture(withTtl(0.3));
  fixture.ledger.subscribe((change) => {
    if (change.kind === 'request' && change.outcome === null) heard.add(change.id);
  });
  expiry = createExpiry({ desk: fixture.desk, ledger: fixture.ledger, clock: systemClock(), log: silentLog });
});

afterEach(async () => {
  await expiry.stop();
  await fixture.close();
});

test('what was pending before the start expires at its deadline', async () => {
  const request = await opened(fixture);

  expiry.start();
  await expired(request.id);

  expect(await fixture.ledger.requests.byId(request.id)).toMatchObject({
    decision: { outcome: 'expired', by: 'clock' },
  });
  expect(await told(1)).toEqual([
    { event: 'auth_gate.expired', host: STG, token: request.tokenPrefix, request: request.id },
  ]);
});

test('what is opened while it waits for a later deadline expires at its own', async () => {
  fixture.setDirectory(withTtl(600));
  const late = await opened(fixture);
  expiry.start();
  fixture.setDirectory(withTtl(0.3));

  const early = await opened(fixture);
  await expired(early.id);

  expect((await fixture.ledger.requests.byId(late.id))?.decision).toBeNull();
});

test('the hint of an opening is enough: nothing waits for the deadline that was known before', async () => {
  const clock = manualClock();
  const looks: number[] = [];
  const requests = {
    ...fixture.ledger.requests,
    msUntilNextDeadline: async () => {
      const ms = await fixture.ledger.requests.msUntilNextDeadline();
      looks.push(ms ?? -1);
      return ms;
    },
  };
  const subscribe = fixture.ledger.subscribe.bind(fixture.ledger);
  const waiting = createExpiry({ desk: fixture.desk, ledger: { requests, subscribe }, clock, log: silentLog });
  fixture.setDirectory(withTtl(600));
  await opened(fixture);
  waiting.start();
  await clock.advance(0);
  await eventually('it waits for the late one', () => looks.length === 1);
  fixture.setDirectory(withTtl(0));

  const early = await opened(fixture);
  await heardOf(early.id);
  await clock.advance(1_000); // far less than the half minute after which it looks anyway
  await eventually(
    'the early one expired',
    async () => (await fixture.ledger.requests.byId(early.id))?.decision !== null,
  );

  await waiting.stop();
});

test('several at once all expire, and each is told once', async () => {
  const requests = await Promise.all(Array.from({ length: 5 }, () => opened(fixture)));

  expiry.start();
  await Promise.all(requests.map(({ id }) => expired(id)));

  await told(5);
});

test('after it has stopped it waits for nothing, whatever is opened', async () => {
  const waits = new Set<() => void>();
  const clock = { ...systemClock(), after: (_ms: number, callback: () => void) => waiting(waits, callback) };
  const stopped = createExpiry({ desk: fixture.desk, ledger: fixture.ledger, clock, log: silentLog });
  stopped.start();
  expect(waits.size).toBe(1);

  await stopped.stop();
  await opened(fixture);

  expect(waits.size).toBe(0);
});

describe('a database out of reach', () => {
  test('delays the expiry, and does not end it', async () => {
    let outages = 2;
    const requests = {
      ...fixture.ledger.requests,
      msUntilNextDeadline: () => {
        outages -= 1;
        return outages >= 0 ? Promise.reject(new LedgerUnavailable()) : fixture.ledger.requests.msUntilNextDeadline();
      },
    };
    const subscribe = (): void => undefined; // no hint helps: it has to come back by itself
    const shaken = createExpiry({
      desk: fixture.desk,
      ledger: { requests, subscribe },
      clock: systemClock(),
      log: silentLog,
    });
    const request = await opened(fixture);

    shaken.start();
    await expired(request.id);
    await shaken.stop();

    expect(outages).toBeLessThan(2);
  });
});

function waiting(waits: Set<() => void>, callback: () => void): () => void {
  waits.add(callback);
  return () => void waits.delete(callback);
}

function withTtl(requestTtlSeconds: number) {
  return usualDirectory({ sites: [site(STG, { approvers: [ANA], requestTtlSeconds })] });
}

/** Resolves when the ledger tells of the expiry; the test's own deadline bounds it. */
/** The commit is seen before the events that follow it: waits for so many, and no more may come. */
async function told(count: number): Promise<readonly unknown[]> {
  const events = (): readonly unknown[] => fixture.events.filter((event) => event.event === 'auth_gate.expired');
  await eventually('the expiries are told', () => events().length >= count);
  await expiry.stop();
  expect(events()).toHaveLength(count);
  return events();
}

/** The change of an opening is told soon after it was answered, to everybody in the order in which they subscribed. */
async function heardOf(id: RequestId): Promise<void> {
  await eventually('the opening is told', () => heard.has(id));
}

function expired(id: RequestId): Promise<void> {
  return new Promise((resolve) => {
    fixture.ledger.subscribe((change) => {
      if (change.kind === 'request' && change.id === id && change.outcome === 'expired') setImmediate(resolve);
    });
  });
}
