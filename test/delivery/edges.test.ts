/** The edges of a delivery’s states, from queued to sent, tried again or failed. */
import { describe, expect, test } from '@jest/globals';
import type { ApproverId, ChannelName } from '../../src/approval/brand.js';
import { TRUSTED, type Approver, type ChannelPolicy } from '../../src/approval/site.js';
import type { DeliveryLedger } from '../../src/contract/ledger.js';
import { ask, HOST } from '../fixtures/delivery/delivery.js';
import { DELIVERED, DOWN, scriptedChannel } from '../fixtures/delivery/scripted-channel.js';
import { fixture, openEach, statesOf } from '../fixtures/delivery/one-delivery.js';

const TALK = { channels: ['talk'] };

openEach();

describe('queued to sending to sent', () => {
  test('the commit that opens a request claims its first attempts', async () => {
    const talk = scriptedChannel();
    const courier = fixture.courier({ talk }, { isStarted: false }); // nothing else could claim
    const { request, token } = await ask(fixture.desk(courier), TALK);

    const { notice } = await talk.calls.until(({ task }) => task === 'notify');
    await fixture.results.until(({ outcome }) => outcome.state === 'sent');

    expect(notice.card.state).toMatchObject({
      kind: 'pending',
      token,
      confirmUrl: `https://gate.example.org/req/${token}`,
    });
    expect(notice.attempt).toBe(1);
    expect(notice.isMaybeThere ?? false).toBe(false);
    await expect(fixture.deliveries(request)).resolves.toMatchObject([
      { state: 'sent', drawnRevision: request.revision },
    ]);
  });

  test('a courier that starts later finds what waits in the queue', async () => {
    await ask(fixture.desk(null), TALK);
    const talk = scriptedChannel();
    fixture.courier({ talk });

    await talk.calls.until(({ task }) => task === 'notify');
  });

  test('a commit of somebody else wakes it', async () => {
    const talk = scriptedChannel();
    fixture.courier({ talk });
    await ask(fixture.desk(null), TALK);

    await talk.calls.until(({ task }) => task === 'notify');
  });

  test('a card for somebody who is no approver of the site shows no button that the site keeps from the channel', async () => {
    const eve = 'eve@example.org' as ApproverId;
    const { approvers, sites } = fixture.directory;
    (approvers as Map<ApproverId, Approver>).set(eve, {
      id: eve,
      addresses: new Map([['talk' as ChannelName, 'eve']]),
    });
    (sites[0]?.channelPolicies as Map<ChannelName, ChannelPolicy>).set('talk' as ChannelName, {
      ...TRUSTED,
      may: 'link_only',
    });
    const talk = scriptedChannel();

    const { request } = await ask(fixture.desk(fixture.courier({ talk })), { ...TALK, admin: eve });
    const { notice } = await talk.calls.until(({ task }) => task === 'notify');

    expect(request.site).toBeNull();
    expect(notice.card.state).toMatchObject({ kind: 'pending', may: 'link_only' });
  });

  test('the event stream says so once, with 8 digits of the token', async () => {
    const talk = scriptedChannel();
    const { token } = await ask(fixture.desk(fixture.courier({ talk })), TALK);

    const event = await fixture.events.until(({ event }) => event === 'auth_gate.notifier_sent');

    expect(event).toEqual({ event: 'auth_gate.notifier_sent', channel: 'talk', host: HOST, token: token.slice(0, 8) });
  });
});

describe('sending to retry_wait to sending', () => {
  test('what was deferred is tried again after 5 s, as the second attempt of the same delivery', async () => {
    const talk = scriptedChannel();
    talk.answer(({ notice }) => (notice.attempt === 1 ? DOWN : DELIVERED));
    const { request } = await ask(fixture.desk(fixture.courier({ talk })), TALK);

    const first = await fixture.results.until(({ outcome }) => outcome.state === 'retry_wait');
    const second = await talk.calls.until(({ notice }) => notice.attempt === 2);
    await fixture.results.until(({ outcome }) => outcome.state === 'sent');

    expect(first.result).toMatchObject({ kind: 'retry', reason: 'refused', waitMs: 5_000 });
    expect(second.notice.deliveryId).toBe(talk.calls.all[0]?.notice.deliveryId);
    expect(await statesOf(request)).toEqual(['sent']);
    expect(fixture.events.all).toContainEqual(
      expect.objectContaining({ event: 'auth_gate.notifier_failed', channel: 'talk', error: 'refused', attempt: 1 }),
    );
  });
});

describe('sending to accepted or bounced', () => {
  test('what a provider has taken waits for what it tells later, with the ids of the call', async () => {
    const talk = scriptedChannel();
    const ids = { clientRequestId: 'c-1', providerRequestId: 'p-1' };
    talk.answer(() => ({ kind: 'accepted', receipt: { draft: 'd1' }, ids }));
    const { request } = await ask(fixture.desk(fixture.courier({ talk })), TALK);

    const { result } = await fixture.results.until(({ outcome }) => outcome.state === 'accepted');

    expect(result).toMatchObject({ kind: 'accepted', receipt: { draft: 'd1' }, ids });
    expect(await statesOf(request)).toEqual(['accepted']);
    expect(fixture.events.all).toContainEqual(expect.objectContaining({ event: 'auth_gate.notifier_accepted' }));
  });

  test('a recipient that a mail system refuses has bounced', async () => {
    const talk = scriptedChannel();
    talk.answer(() => ({ kind: 'refused', scope: 'recipient', reason: 'smtp_550', isBounce: true }));
    const { request } = await ask(fixture.desk(fixture.courier({ talk })), TALK);

    await fixture.results.until(({ outcome }) => outcome.state === 'bounced');

    expect(await statesOf(request)).toEqual(['bounced']);
  });
});

describe('sending to failed', () => {
  test('no time is left before the deadline', async () => {
    const talk = scriptedChannel();
    talk.answer(() => DOWN);
    const { request } = await ask(fixture.desk(fixture.courier({ talk })), { ...TALK, ttlSeconds: 4 });

    const { result } = await fixture.results.until(({ outcome }) => outcome.state === 'failed');

    expect(result).toMatchObject({ kind: 'retry', reason: 'refused' });
    expect(await statesOf(request)).toEqual(['failed']);
  });

  test.each(['message', 'recipient'] as const)('the %s is refused', async (scope) => {
    const talk = scriptedChannel();
    talk.answer(() => ({ kind: 'refused', scope, reason: 'http_404' }));
    const { request } = await ask(fixture.desk(fixture.courier({ talk })), TALK);

    await fixture.results.until(({ outcome }) => outcome.state === 'failed');

    expect(await statesOf(request)).toEqual(['failed']);
    expect(talk.calls.all).toHaveLength(1);
  });
});

test('a seal that no key opens fails the delivery with a reason, and the courier goes on', async () => {
  const talk = scriptedChannel();
  const unreadable = (deliveries: DeliveryLedger): DeliveryLedger => ({
    ...deliveries,
    claim: async (input) => (await deliveries.claim(input)).map((claim) => ({ ...claim, sealedToken: 'x.y.z' })),
  });
  const { request } = await ask(fixture.desk(null), TALK);
  fixture.courier({ talk }, { over: unreadable });

  await fixture.results.until(({ outcome }) => outcome.state === 'failed');

  await expect(fixture.deliveries(request)).resolves.toMatchObject([
    { state: 'failed', lastReason: 'token_unreadable' },
  ]);
  expect(talk.calls.all).toEqual([]);
});
