/** Requests expire by themselves, soon after their deadline, whatever happens to the database in between. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../src/approval/brand.js';
import { systemClock } from '../../src/base/clock.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { createExpiry, type Expiry } from '../../src/desk/expiry.js';
import { eventually } from '../e2e/eventually.js';
import { site } from './directory.js';
import { silentLog } from './silent-log.js';
import { ANA, opened, openWorld, STG, usualDirectory, type World } from './world.js';

let world: World;
let expiry: Expiry;

beforeEach(async () => {
  world = await openWorld(withTtl(0.3));
  expiry = createExpiry({ desk: world.desk, ledger: world.ledger, clock: systemClock(), log: silentLog });
});

afterEach(async () => {
  await expiry.stop();
  await world.close();
});

test('what was pending before the start expires at its deadline', async () => {
  const request = await opened(world);

  expiry.start();
  await expired(request.id);

  expect(await world.ledger.requests.byId(request.id)).toMatchObject({ decision: { outcome: 'expired', by: 'clock' } });
  expect(await told(1)).toEqual([
    { event: 'auth_gate.expired', host: STG, token: request.tokenPrefix, request: request.id },
  ]);
});

test('what is opened while it waits for a later deadline expires at its own', async () => {
  world.setDirectory(withTtl(600));
  const late = await opened(world);
  expiry.start();
  world.setDirectory(withTtl(0.3));

  const early = await opened(world);
  await expired(early.id);

  expect((await world.ledger.requests.byId(late.id))?.decision).toBeNull();
});

test('several at once all expire, and each is told once', async () => {
  const requests = await Promise.all(Array.from({ length: 5 }, () => opened(world)));

  expiry.start();
  await Promise.all(requests.map(({ id }) => expired(id)));

  await told(5);
});

test('after it has stopped it waits for nothing, whatever is opened', async () => {
  const waits = new Set<() => void>();
  const clock = { ...systemClock(), after: (_ms: number, callback: () => void) => waiting(waits, callback) };
  const stopped = createExpiry({ desk: world.desk, ledger: world.ledger, clock, log: silentLog });
  stopped.start();
  expect(waits.size).toBe(1);

  await stopped.stop();
  await opened(world);

  expect(waits.size).toBe(0);
});

describe('a database out of reach', () => {
  test('delays the expiry, and does not end it', async () => {
    let outages = 2;
    const requests = {
      ...world.ledger.requests,
      msUntilNextDeadline: () => {
        outages -= 1;
        return outages >= 0 ? Promise.reject(new LedgerUnavailable()) : world.ledger.requests.msUntilNextDeadline();
      },
    };
    const subscribe = (): void => undefined; // no hint helps: it has to come back by itself
    const shaken = createExpiry({
      desk: world.desk,
      ledger: { requests, subscribe },
      clock: systemClock(),
      log: silentLog,
    });
    const request = await opened(world);

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
  const events = (): readonly unknown[] => world.events.filter((event) => event.event === 'auth_gate.expired');
  await eventually('the expiries are told', () => events().length >= count);
  await expiry.stop();
  expect(events()).toHaveLength(count);
  return events();
}

function expired(id: RequestId): Promise<void> {
  return new Promise((resolve) => {
    world.ledger.subscribe((change) => {
      if (change.kind === 'request' && change.id === id && change.outcome === 'expired') setImmediate(resolve);
    });
  });
}
