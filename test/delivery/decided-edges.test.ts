/** The edges of a delivery’s states once its request is decided. */
import { describe, expect, test } from '@jest/globals';
import { outcomeSentence } from '../../src/approval/card-view.js';
import { approve, ask } from '../fixtures/delivery/delivery.js';
import { DELIVERED, hanging, scriptedChannel } from '../fixtures/delivery/scripted-channel.js';
import { fixture, openEach, reopen, statesOf } from '../fixtures/delivery/one-delivery.js';

const TALK = { channels: ['talk'] };

openEach();

describe('a decision', () => {
  test('redraws a card that was sent', async () => {
    const talk = scriptedChannel();
    const desk = fixture.desk(fixture.courier({ talk }));
    const { request, token } = await ask(desk, TALK);
    await fixture.results.until(({ outcome }) => outcome.state === 'sent');

    await approve(desk, token);
    const { notice } = await talk.calls.until(({ task }) => task === 'update');
    await fixture.results.until(({ outcome }) => outcome.state === 'sent', { count: 2 });

    const { state } = notice.card;
    expect(state.kind === 'decided' ? outcomeSentence(state) : '').toBe(
      'Approved by rpm@koder.dev over the confirm page',
    );
    expect(notice).toMatchObject({ receipt: { id: 'm1' } });
    await expect(fixture.ledger.deliveries.stragglers(10)).resolves.toEqual([]);
    expect(await statesOf(request)).toEqual(['sent']);
  });

  test('redraws a card that was being sent when it fell', async () => {
    const talk = scriptedChannel();
    let letGo = (): void => undefined;
    talk.answer(({ task }) =>
      task === 'update' ? DELIVERED : new Promise((resolve) => (letGo = () => resolve(DELIVERED))),
    );
    const desk = fixture.desk(fixture.courier({ talk }));
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
    const desk = fixture.desk(fixture.courier({ talk }));
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
    const desk = fixture.desk(fixture.courier({ talk }));
    const { token } = await ask(desk, TALK);
    await fixture.results.until(({ outcome }) => outcome.state === 'retry_wait');

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
    const desk = fixture.desk(fixture.courier({ email }));
    const { token, request } = await ask(desk, { channels: ['email'] });
    await fixture.results.until(({ outcome }) => outcome.state === 'retry_wait');

    await approve(desk, token);
    await fixture.results.until(({ outcome }) => outcome.state === 'cancelled');

    expect(email.calls.all).toHaveLength(1);
    expect(await statesOf(request)).toEqual(['cancelled']);
  });

  test('asks nothing of a channel that never redraws, and leaves no straggler', async () => {
    const email = scriptedChannel({ updates: 'none' });
    const desk = fixture.desk(fixture.courier({ email }));
    const { token } = await ask(desk, { channels: ['email'] });
    await fixture.results.until(({ outcome }) => outcome.state === 'sent');

    await approve(desk, token);
    await fixture.results.until(({ result }) => result.kind === 'sent' && result.drawnRevision > 1);

    expect(email.calls.all).toHaveLength(1);
    expect(fixture.events.all.filter(({ event }) => event === 'auth_gate.notifier_sent')).toHaveLength(1);
    await expect(fixture.ledger.deliveries.stragglers(10)).resolves.toEqual([]);
  });
});

test('a producer’s callback is told the outcome with the token, and its token is kept no longer', async () => {
  await reopen({ callbackUrl: 'https://jet.example.org/outcomes' });
  const [talk, webhook] = [scriptedChannel(), scriptedChannel({ updates: 'none' })];
  const desk = fixture.desk(fixture.courier({ talk, webhook }));
  const { token } = await ask(desk, TALK);

  await approve(desk, token);
  const { notice } = await webhook.calls.until(({ notice: { recipient } }) => recipient.kind === 'callback');

  expect(notice).toMatchObject({ producerToken: token, recipient: { url: 'https://jet.example.org/outcomes' } });
  expect(notice.card.state).toMatchObject({ kind: 'decided', outcome: 'approved' });
});
