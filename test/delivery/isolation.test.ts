/** What one channel does never becomes another's trouble; slots, a ledger that is away, a stop. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import type { DeliveryLedger } from '../../src/contract/ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { LIMITS } from '../../src/delivery/limits.js';
import { approve, ask, closeLedger, openFixture, type Fixture } from '../fixtures/delivery/delivery.js';
import { deaf, DELIVERED, DOWN, hanging, scriptedChannel, type Script } from '../fixtures/delivery/scripted-channel.js';

const TALK = 'talk' as ChannelName;
const ALL = { channels: ['talk', 'email', 'slack'] };
let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});

afterEach(() => fixture.close());

afterAll(closeLedger);

function allFailed(): number {
  return fixture.events.all.filter(({ event }) => event === 'auth_gate.all_notifiers_failed').length;
}

describe('one channel in trouble', () => {
  test.each<[string, Script]>([
    ['hangs', hanging],
    ['hangs and is deaf to its signal', deaf],
    ['is down', () => DOWN],
    ['refuses', () => ({ kind: 'refused', scope: 'recipient', reason: 'http_404' })],
    ['throws', () => Promise.reject(new Error('a bug'))],
  ])('%s: the others deliver while it does', async (_name, script) => {
    const [talk, email, slack] = [
      scriptedChannel({ slots: 1 }),
      scriptedChannel({ updates: 'none' }),
      scriptedChannel(),
    ];
    talk.answer(script);
    const desk = fixture.desk(fixture.courier({ talk, email, slack }, { limits: { attemptMs: 1_000, graceMs: 200 } }));

    for (let count = 0; count < 5; count += 1) await ask(desk, ALL);
    await email.calls.until(({ task }) => task === 'notify', { count: 5, deadlineMs: 900 });
    await slack.calls.until(({ task }) => task === 'notify', { count: 5, deadlineMs: 900 });

    expect(allFailed()).toBe(0);
  });

  test('a deaf channel gets its slot back after the time limit, and the next card its chance', async () => {
    const talk = scriptedChannel({ slots: 1 });
    talk.answer(() => (talk.calls.all.length === 1 ? deaf() : DELIVERED));
    const desk = fixture.desk(fixture.courier({ talk }, { limits: { attemptMs: 100, graceMs: 50 } }));
    await ask(desk, { channels: ['talk'] });
    await ask(desk, { channels: ['talk'] });

    await fixture.results.until(({ outcome }) => outcome.state === 'sent');

    expect(fixture.events.all).toContainEqual(
      expect.objectContaining({ event: 'auth_gate.notifier_failed', error: 'timeout' }),
    );
  });
});

describe('all channels down', () => {
  test('is said once, and the request stays decidable', async () => {
    const [talk, email, slack] = [scriptedChannel(), scriptedChannel({ updates: 'none' }), scriptedChannel()];
    talk.answer(() => DOWN);
    email.answer(hanging);
    slack.answer(() => ({ kind: 'refused', scope: 'provider', reason: 'http_401' }));
    const desk = fixture.desk(fixture.courier({ talk, email, slack }, { limits: { attemptMs: 300 } }));
    const { token } = await ask(desk, ALL);

    await fixture.events.until(({ event }) => event === 'auth_gate.all_notifiers_failed');
    await talk.calls.until(({ notice }) => notice.attempt === 2); // a second round fails as well
    await fixture.results.until(({ result }) => result.kind === 'retry', { count: 3 });

    expect(allFailed()).toBe(1);
    await expect(approve(desk, token)).resolves.toBeUndefined();
  });

  test('is known within 15 s: a first attempt ends before that, even a deaf channel’s', () => {
    expect(LIMITS.attemptMs + LIMITS.graceMs).toBeLessThanOrEqual(12_000);
  });

  test('is not said when one of them delivered', async () => {
    const [talk, email] = [scriptedChannel(), scriptedChannel({ updates: 'none' })];
    talk.answer(() => ({ kind: 'refused', scope: 'message', reason: 'http_400' }));
    const desk = fixture.desk(fixture.courier({ talk, email }));
    await ask(desk, { channels: ['talk', 'email'] });

    await fixture.results.until(({ result }) => result.kind === 'failed' || result.kind === 'sent', { count: 2 });

    expect(allFailed()).toBe(0);
  });
});

describe('slots', () => {
  test('no more attempts run at once than a channel has slots, and all are made', async () => {
    const talk = scriptedChannel({ slots: 3 });
    talk.answer(() => new Promise((resolve) => setImmediate(resolve, DELIVERED)));
    const desk = fixture.desk(fixture.courier({ talk }));

    await Promise.all(Array.from({ length: 40 }, () => ask(desk, { channels: ['talk'] })));
    await fixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 40 });

    expect(talk.mostAtOnce()).toBe(3);
    expect(talk.calls.all).toHaveLength(40);
  });

  test('two couriers share a queue and send every card once', async () => {
    const [one, other] = [scriptedChannel({ slots: 2 }), scriptedChannel({ slots: 2 })];
    const desk = fixture.desk(null);
    for (let count = 0; count < 30; count += 1) await ask(desk, { channels: ['talk'] });
    fixture.courier({ talk: one });
    fixture.courier({ talk: other });

    await fixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 30 });

    const ids = [...one.calls.all, ...other.calls.all].map(({ notice }) => notice.deliveryId);
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
  });
});

describe('a ledger that is away', () => {
  test('is waited for: claims and closings go on when it is back', async () => {
    let isAway = true;
    const flaky = (deliveries: DeliveryLedger): DeliveryLedger => {
      const whenThere = <T>(verb: () => Promise<T>): Promise<T> =>
        isAway ? Promise.reject(new LedgerUnavailable('gone')) : verb();
      return {
        ...deliveries,
        claim: (input) => whenThere(() => deliveries.claim(input)),
        close: (results) => whenThere(() => deliveries.close(results)),
      };
    };
    const talk = scriptedChannel();
    const limits = { ledgerBackoffMs: { first: 10, longest: 50 } };
    const courier = fixture.courier({ talk }, { over: flaky, limits, isStarted: false });
    await ask(fixture.desk(courier), { channels: ['talk'] }); // comes with its first claim
    courier.start();
    await ask(fixture.desk(null), { channels: ['talk'] }); // has to be claimed
    await talk.calls.until(({ task }) => task === 'notify');

    isAway = false;
    await fixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 2 });

    expect(talk.calls.all).toHaveLength(2);
  });
});

describe('a stop', () => {
  test('lets a running attempt end and writes how it ended', async () => {
    const talk = scriptedChannel();
    talk.answer(() => new Promise((resolve) => setImmediate(resolve, DELIVERED)));
    const courier = fixture.courier({ talk });
    const { request } = await ask(fixture.desk(courier), { channels: ['talk'] });
    await talk.calls.until(({ task }) => task === 'notify');

    await courier.stop();

    await expect(fixture.deliveries(request)).resolves.toMatchObject([{ state: 'sent' }]);
  });

  test('hands back what it aborted before it went out: another courier sends it at once, as a first attempt', async () => {
    const [talk, next] = [scriptedChannel(), scriptedChannel()];
    talk.answer(({ signal }) => hanging({ signal }).then(() => ({ kind: 'deferred', reason: 'aborted' })));
    const courier = fixture.courier({ talk }, { limits: { stopPatienceMs: 20 } });
    await ask(fixture.desk(courier), { channels: ['talk'] });
    await talk.calls.until(({ task }) => task === 'notify');

    await courier.stop();
    fixture.courier({ talk: next });
    const { notice } = await next.calls.until(({ task }) => task === 'notify', { deadlineMs: 1_000 });

    expect(notice.attempt).toBe(1);
  });

  test('takes less than 5 s with a channel that is deaf and a ledger that is gone', async () => {
    const talk = scriptedChannel();
    talk.answer(deaf);
    let isAway = false;
    const gone = (deliveries: DeliveryLedger): DeliveryLedger => ({
      ...deliveries,
      claim: (input) => (isAway ? new Promise(() => undefined) : deliveries.claim(input)),
      close: (results) => (isAway ? new Promise(() => undefined) : deliveries.close(results)),
    });
    const courier = fixture.courier({ talk }, { over: gone });
    await ask(fixture.desk(courier), { channels: ['talk'] });
    await talk.calls.until(({ task }) => task === 'notify');

    isAway = true;
    const startedMs = performance.now();
    await courier.stop();

    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('a claim that comes after it is handed back', async () => {
    const talk = scriptedChannel();
    const courier = fixture.courier({ talk });
    const reserved = courier.reserve([{ transport: TALK }]);
    const stopped = courier.stop();
    await ask(fixture.desk(null), { channels: ['talk'] });
    const claims = await fixture.ledger.deliveries.claim({ transport: TALK, limit: 1, leaseMs: 60_000 });

    reserved.settle(claims);
    await stopped;

    expect(fixture.results.all).toMatchObject([{ result: { kind: 'released' } }]);
    expect(talk.calls.all).toEqual([]);
  });
});

describe('slots that are kept for a commit', () => {
  test('are promised to one alone: of requests that come at once none claims what it cannot begin', async () => {
    const talk = scriptedChannel({ slots: 2 });
    const desk = fixture.desk(fixture.courier({ talk }));

    await Promise.all(Array.from({ length: 8 }, () => ask(desk, { channels: ['talk'] })));
    await fixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 8 });

    expect(fixture.results.all.map(({ result }) => result.kind)).not.toContain('released');
  });

  test('are free again when it brought no card, and what waited in the queue begins', async () => {
    const talk = scriptedChannel({ slots: 1 });
    const courier = fixture.courier({ talk }, { isStarted: false });
    const reserved = courier.reserve([{ transport: TALK }]);
    courier.start();
    expect(courier.reserve([{ transport: TALK }]).firstClaims.slots).toEqual({ talk: 0 });
    await ask(fixture.desk(null), { channels: ['talk'] });

    reserved.settle([]);

    await talk.calls.until(({ task }) => task === 'notify', { deadlineMs: 900 });
  });

  test('are free again when the ledger could not be reached', async () => {
    const courier = fixture.courier({ talk: scriptedChannel({ slots: 1 }) }, { isStarted: false });
    const away = fixture.desk(courier, {
      openOrAdd: () => Promise.reject(new LedgerUnavailable('away')),
    });

    await expect(ask(away, { channels: ['talk'] })).rejects.toThrow('unavailable');

    expect(courier.reserve([{ transport: TALK }]).firstClaims.slots).toEqual({ talk: 1 });
  });
});
