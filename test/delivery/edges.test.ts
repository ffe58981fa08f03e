/** One test an edge of the courier's table, on a real ledger. What the answer alone decides is in `classify.test.ts`. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import { outcomeSentence } from '../../src/approval/card-view.js';
import { TRUSTED, type Approver, type ChannelPolicy } from '../../src/approval/site.js';
import type { DeliveryLedger } from '../../src/contract/ledger.js';
import { approve, ask, closeLedger, HOST, openHouse, type House } from './house.js';
import { DELIVERED, DOWN, hanging, scriptedChannel } from './scripted-channel.js';

const TALK = { channels: ['talk'] };
let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(() => house.close());

afterAll(closeLedger);

async function statesOf(request: Parameters<House['deliveries']>[0]): Promise<readonly string[]> {
  return (await house.deliveries(request)).map(({ state }) => state);
}

describe('queued to sending to sent', () => {
  test('the commit that opens a request claims its first attempts', async () => {
    const talk = scriptedChannel();
    const courier = house.courier({ talk }, { isStarted: false }); // nothing else could claim
    const { request, token } = await ask(house.desk(courier), TALK);

    const { notice } = await talk.calls.until(({ task }) => task === 'notify');
    await house.closings.until(({ outcome }) => outcome.state === 'sent');

    expect(notice.card.state).toMatchObject({
      kind: 'pending',
      token,
      confirmUrl: `https://gate.example.org/req/${token}`,
    });
    expect(notice.attempt).toBe(1);
    await expect(house.deliveries(request)).resolves.toMatchObject([
      { state: 'sent', drawnRevision: request.revision },
    ]);
  });

  test('a courier that starts later finds what waits in the queue', async () => {
    await ask(house.desk(null), TALK);
    const talk = scriptedChannel();
    house.courier({ talk });

    await talk.calls.until(({ task }) => task === 'notify');
  });

  test('a commit of somebody else wakes it', async () => {
    const talk = scriptedChannel();
    house.courier({ talk });
    await ask(house.desk(null), TALK);

    await talk.calls.until(({ task }) => task === 'notify');
  });

  test('a card for somebody who is no approver of the site shows no button that the site keeps from the channel', async () => {
    const eve = 'eve@example.org' as ApproverId;
    const { approvers, sites } = house.directory;
    (approvers as Map<ApproverId, Approver>).set(eve, {
      id: eve,
      addresses: new Map([['talk' as ChannelName, 'eve']]),
    });
    (sites[0]?.channelPolicies as Map<ChannelName, ChannelPolicy>).set('talk' as ChannelName, {
      ...TRUSTED,
      may: 'link_only',
    });
    const talk = scriptedChannel();

    const { request } = await ask(house.desk(house.courier({ talk })), { ...TALK, admin: eve });
    const { notice } = await talk.calls.until(({ task }) => task === 'notify');

    expect(request.site).toBeNull();
    expect(notice.card.state).toMatchObject({ kind: 'pending', may: 'link_only' });
  });

  test('the event stream says so once, with 8 digits of the token', async () => {
    const talk = scriptedChannel();
    const { token } = await ask(house.desk(house.courier({ talk })), TALK);

    const event = await house.events.until(({ event }) => event === 'auth_gate.notifier_sent');

    expect(event).toEqual({ event: 'auth_gate.notifier_sent', channel: 'talk', host: HOST, token: token.slice(0, 8) });
  });
});

describe('sending to retry_wait to sending', () => {
  test('what was deferred is tried again after 5 s, as the second attempt of the same delivery', async () => {
    const talk = scriptedChannel();
    talk.answer(({ notice }) => (notice.attempt === 1 ? DOWN : DELIVERED));
    const { request } = await ask(house.desk(house.courier({ talk })), TALK);

    const first = await house.closings.until(({ outcome }) => outcome.state === 'retry_wait');
    const second = await talk.calls.until(({ notice }) => notice.attempt === 2);
    await house.closings.until(({ outcome }) => outcome.state === 'sent');

    expect(first.closing).toMatchObject({ kind: 'retry', reason: 'refused', waitMs: 5_000 });
    expect(second.notice.deliveryId).toBe(talk.calls.all[0]?.notice.deliveryId);
    expect(await statesOf(request)).toEqual(['sent']);
    expect(house.events.all).toContainEqual(
      expect.objectContaining({ event: 'auth_gate.notifier_failed', channel: 'talk', error: 'refused', attempt: 1 }),
    );
  });
});

describe('sending to failed', () => {
  test('no time is left before the deadline', async () => {
    const talk = scriptedChannel();
    talk.answer(() => DOWN);
    const { request } = await ask(house.desk(house.courier({ talk })), { ...TALK, ttlSeconds: 4 });

    const { closing } = await house.closings.until(({ outcome }) => outcome.state === 'failed');

    expect(closing).toMatchObject({ kind: 'retry', reason: 'refused' });
    expect(await statesOf(request)).toEqual(['failed']);
  });

  test.each(['message', 'recipient'] as const)('the %s is refused', async (scope) => {
    const talk = scriptedChannel();
    talk.answer(() => ({ kind: 'refused', scope, reason: 'http_404' }));
    const { request } = await ask(house.desk(house.courier({ talk })), TALK);

    await house.closings.until(({ outcome }) => outcome.state === 'failed');

    expect(await statesOf(request)).toEqual(['failed']);
    expect(talk.calls.all).toHaveLength(1);
  });
});

describe('a decision', () => {
  test('redraws a card that was sent', async () => {
    const talk = scriptedChannel();
    const desk = house.desk(house.courier({ talk }));
    const { request, token } = await ask(desk, TALK);
    await house.closings.until(({ outcome }) => outcome.state === 'sent');

    await approve(desk, token);
    const { notice } = await talk.calls.until(({ task }) => task === 'update');
    await house.closings.until(({ outcome }) => outcome.state === 'sent', { count: 2 });

    const { state } = notice.card;
    expect(state.kind === 'decided' ? outcomeSentence(state) : '').toBe(
      'Approved by rpm@koder.dev over the confirm page',
    );
    expect(notice).toMatchObject({ receipt: { id: 'm1' } });
    await expect(house.ledger.deliveries.stragglers(10)).resolves.toEqual([]);
    expect(await statesOf(request)).toEqual(['sent']);
  });

  test('redraws a card that was being sent when it fell', async () => {
    const talk = scriptedChannel();
    let letGo = (): void => undefined;
    talk.answer(({ task }) =>
      task === 'update' ? DELIVERED : new Promise((resolve) => (letGo = () => resolve(DELIVERED))),
    );
    const desk = house.desk(house.courier({ talk }));
    const { token } = await ask(desk, TALK);
    await talk.calls.until(({ task }) => task === 'notify');

    await approve(desk, token);
    letGo();

    await talk.calls.until(({ task }) => task === 'update');
  });

  test('cancels a card that was not sent yet', async () => {
    const talk = scriptedChannel({ slots: 1 });
    talk.answer(({ signal, task }) =>
      task === 'notify' && talk.calls.all.length === 1 ? hanging({ signal }) : DELIVERED,
    );
    const desk = house.desk(house.courier({ talk }));
    await ask(desk, TALK); // holds the only slot
    await talk.calls.until(({ task }) => task === 'notify');
    const { request, token } = await ask(desk, TALK);

    await approve(desk, token);

    expect(await statesOf(request)).toEqual(['cancelled']);
  });

  test('finds and redraws a card whose answer never came', async () => {
    const talk = scriptedChannel();
    talk.answer(({ task }) =>
      task === 'notify' && talk.calls.all.length === 1 ? { kind: 'unknown', reason: 'timeout' } : DELIVERED,
    );
    const desk = house.desk(house.courier({ talk }));
    const { token } = await ask(desk, TALK);
    await house.closings.until(({ outcome }) => outcome.state === 'retry_wait');

    await approve(desk, token);
    const again = await talk.calls.until(
      ({ task, notice }) => task === 'notify' && notice.card.state.kind !== 'pending',
    );
    const redrawn = await talk.calls.until(({ task }) => task === 'update');

    expect(again.notice).toMatchObject({ attempt: 2, card: { state: { kind: 'decided' } } });
    expect(again.notice.deliveryId).toBe(talk.calls.all[0]?.notice.deliveryId);
    expect(redrawn.notice.card.revision).toBe(2);
  });

  test('sends no second mail where the answer to the first never came', async () => {
    const email = scriptedChannel({ updates: 'none' });
    email.answer(() => ({ kind: 'unknown', reason: 'timeout' }));
    const desk = house.desk(house.courier({ email }));
    const { token, request } = await ask(desk, { channels: ['email'] });
    await house.closings.until(({ outcome }) => outcome.state === 'retry_wait');

    await approve(desk, token);
    await house.closings.until(({ outcome }) => outcome.state === 'cancelled');

    expect(email.calls.all).toHaveLength(1);
    expect(await statesOf(request)).toEqual(['cancelled']);
  });

  test('asks nothing of a channel that never redraws, and leaves no straggler', async () => {
    const email = scriptedChannel({ updates: 'none' });
    const desk = house.desk(house.courier({ email }));
    const { token } = await ask(desk, { channels: ['email'] });
    await house.closings.until(({ outcome }) => outcome.state === 'sent');

    await approve(desk, token);
    await house.closings.until(({ closing }) => closing.kind === 'sent' && closing.drawnRevision > 1);

    expect(email.calls.all).toHaveLength(1);
    expect(house.events.all.filter(({ event }) => event === 'auth_gate.notifier_sent')).toHaveLength(1);
    await expect(house.ledger.deliveries.stragglers(10)).resolves.toEqual([]);
  });
});

test('a producer’s callback is told the outcome with the token, and its token is kept no longer', async () => {
  await house.close();
  house = await openHouse({ callbackUrl: 'https://jet.example.org/outcomes' });
  const [talk, webhook] = [scriptedChannel(), scriptedChannel({ updates: 'none' })];
  const desk = house.desk(house.courier({ talk, webhook }));
  const { token } = await ask(desk, TALK);

  await approve(desk, token);
  const { notice } = await webhook.calls.until(({ notice: { recipient } }) => recipient.kind === 'callback');

  expect(notice).toMatchObject({ producerToken: token, recipient: { url: 'https://jet.example.org/outcomes' } });
  expect(notice.card.state).toMatchObject({ kind: 'decided', outcome: 'approved' });
});

test('a seal that no key opens fails the delivery with a reason, and the courier goes on', async () => {
  const talk = scriptedChannel();
  const unreadable = (deliveries: DeliveryLedger): DeliveryLedger => ({
    ...deliveries,
    claim: async (wish) => (await deliveries.claim(wish)).map((claim) => ({ ...claim, sealedToken: 'x.y.z' })),
  });
  const { request } = await ask(house.desk(null), TALK);
  house.courier({ talk }, { over: unreadable });

  await house.closings.until(({ outcome }) => outcome.state === 'failed');

  await expect(house.deliveries(request)).resolves.toMatchObject([{ state: 'failed', lastReason: 'token_unreadable' }]);
  expect(talk.calls.all).toEqual([]);
});
