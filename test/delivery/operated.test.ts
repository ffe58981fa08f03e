/** The courier while operators work on its queue: what it is sending is cancelled, and what failed is redriven. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { OperatorsQueue } from '../../src/contract/operators-queue.js';
import { createOperatorsQueue } from '../../src/delivery/operators-queue.js';
import { approve, ask, closeLedger, openFixture, type Fixture } from '../fixtures/delivery/delivery.js';
import { DELIVERED, hanging, scriptedChannel } from '../fixtures/delivery/scripted-channel.js';

const TALK = { channels: ['talk'] };
const BY = { who: 'operator:grace', surface: 'cli' } as const;

let fixture: Fixture;
let queue: OperatorsQueue;

beforeEach(async () => {
  fixture = await openFixture();
  queue = createOperatorsQueue({
    ledger: fixture.ledger.queue,
    encryption: createEncryption([new Secret(randomBytes(32))]),
    random: systemRandom(),
    clock: systemClock(),
  });
});
afterEach(() => fixture.close());
afterAll(closeLedger);

test('what is cancelled while it is sent stays cancelled, whatever the platform answers, and is not sent again', async () => {
  const talk = scriptedChannel();
  talk.answer(hanging);
  const desk = fixture.desk(fixture.courier({ talk }, { limits: { attemptMs: 500, idlePollMs: 50 } }));
  const { request } = await ask(desk, TALK);
  const { notice } = await talk.calls.until(({ task }) => task === 'notify');

  const answer = await queue.cancel(notice.deliveryId, BY);
  const late = await fixture.results.until(({ result }) => result.deliveryId === notice.deliveryId);

  expect(answer).toEqual({ id: notice.deliveryId, before: 'sending', isMaybeUnderWay: true });
  expect(late.outcome).toMatchObject({ isHeld: false, state: 'cancelled' });
  await expect(fixture.deliveries(request)).resolves.toMatchObject([{ state: 'cancelled', attempts: 1 }]);
  expect((await queue.show(notice.deliveryId))?.log).toMatchObject([{ outcome: 'superseded' }]);
  expect(talk.calls.all).toHaveLength(1);
});

test('what failed is sent again as soon as an operator says so, and only the new card is redrawn', async () => {
  const talk = scriptedChannel();
  talk.answer(() => ({ kind: 'refused', scope: 'message', reason: 'http_400' }));
  const desk = fixture.desk(fixture.courier({ talk }));
  const { request, token } = await ask(desk, TALK);
  const { outcome: first } = await fixture.results.until(({ outcome }) => outcome.state === 'failed');
  talk.answer(() => DELIVERED);

  const answer = await queue.retry(first.deliveryId, BY);
  const { outcome } = await fixture.results.until((one) => one.outcome.state === 'sent');

  expect(answer).toEqual({ id: outcome.deliveryId, redriveOf: first.deliveryId });
  await approve(desk, token);
  const redrawn = await talk.calls.until(({ task }) => task === 'update');
  expect(redrawn.notice.deliveryId).toBe(outcome.deliveryId);
  await fixture.results.until((one) => one.result.kind === 'sent' && one.result.drawnRevision > 1);
  const states = (await fixture.deliveries(request)).map(({ deliveryId, state }) => [deliveryId, state]);
  expect(states.sort()).toEqual(
    [
      [first.deliveryId, 'failed'],
      [outcome.deliveryId, 'sent'],
    ].sort(),
  );
});
