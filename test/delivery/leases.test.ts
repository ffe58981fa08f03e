/** Leases: what a courier holds, loses, and leaves behind when it dies. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveryLedger } from '../../src/contract/ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import { ask, closeLedger, openFixture, type Fixture } from '../fixtures/delivery/delivery.js';
import { hanging, scriptedChannel } from '../fixtures/delivery/scripted-channel.js';

const TALK = { channels: ['talk'] };
let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});

afterEach(() => fixture.close());

afterAll(closeLedger);

describe('leases', () => {
  test('what a courier that died was sending is sent by another', async () => {
    const { request } = await ask(fixture.desk(null), TALK);
    const dead = await fixture.ledger.deliveries.claim({ transport: 'talk' as never, limit: 4, leaseMs: 300 });
    const talk = scriptedChannel({ traits: { isIdempotent: false } });
    fixture.courier({ talk }, { limits: { idlePollMs: 100 } });

    const { notice } = await talk.calls.until(({ task }) => task === 'notify');
    await fixture.results.until(({ outcome }) => outcome.state === 'sent');

    expect(dead).toHaveLength(1);
    expect(notice).toMatchObject({ attempt: 2, isMaybeThere: true });
    await expect(fixture.deliveries(request)).resolves.toMatchObject([{ isMaybeDuplicate: true }]);
  });

  test('an attempt longer than its lease keeps it: no other courier takes it', async () => {
    const [slow, other] = [scriptedChannel(), scriptedChannel()];
    slow.answer(hanging);
    const limits = { leaseMs: 300, attemptMs: 1_500 };
    const desk = fixture.desk(fixture.courier({ talk: slow }, { limits }));
    await ask(desk, TALK);
    await slow.calls.until(({ task }) => task === 'notify');
    fixture.courier({ talk: other }, { limits: { ...limits, idlePollMs: 50 } });

    const { outcome } = await fixture.results.until(({ result }) => result.kind === 'retry');

    expect(outcome.isHeld).toBe(true);
    expect(other.calls.all).toEqual([]);
  });

  test('a claim that was lost writes nothing but the end of its attempt', async () => {
    const [slow, other] = [scriptedChannel(), scriptedChannel()];
    slow.answer(hanging);
    const limits = { leaseMs: 200, attemptMs: 1_000 };
    const cannotRenew = (deliveries: DeliveryLedger): DeliveryLedger => ({
      ...deliveries,
      renew: () => Promise.reject(new LedgerUnavailable('gone')),
    });
    const { request } = await ask(fixture.desk(fixture.courier({ talk: slow }, { limits, over: cannotRenew })), TALK);
    await slow.calls.until(({ task }) => task === 'notify');
    fixture.courier({ talk: other }, { limits: { idlePollMs: 50 } });

    await other.calls.until(({ task }) => task === 'notify');
    const lost = await fixture.results.until(({ result }) => result.kind === 'retry');

    expect(lost.outcome.isHeld).toBe(false);
    await expect(fixture.deliveries(request)).resolves.toMatchObject([{ state: 'sent' }]);
  });
});
