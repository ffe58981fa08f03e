/** The edges of a transport: open, paused, probed, open again. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ask, closeLedger, openFixture, type Fixture } from '../fixtures/delivery/delivery.js';
import { BAD_CREDENTIALS, DELIVERED, scriptedChannel } from '../fixtures/delivery/scripted-channel.js';

const TALK = { channels: ['talk'] };
let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});

afterEach(() => fixture.close());

afterAll(closeLedger);

describe('a provider that refuses us', () => {
  test('pauses its carrier, keeps its queue, and one delivered probe lets it all go', async () => {
    const talk = scriptedChannel();
    let areCredentialsGood = false;
    talk.answer(() => (areCredentialsGood ? DELIVERED : BAD_CREDENTIALS));
    const desk = fixture.desk(fixture.courier({ talk }, { limits: { probeMs: { first: 300, longest: 300 } } }));

    await ask(desk, TALK);
    await fixture.events.until(({ event }) => event === 'auth_gate.channel_paused');
    await ask(desk, TALK);
    await ask(desk, TALK);
    areCredentialsGood = true;
    await fixture.events.until(({ event }) => event === 'auth_gate.channel_resumed');
    await fixture.results.until(({ result }) => result.kind === 'sent', { count: 3 });

    const paused = fixture.events.all.filter(({ event }) => event === 'auth_gate.channel_paused');
    expect(paused).toEqual([{ event: 'auth_gate.channel_paused', channel: 'talk', error: 'http_401' }]);
    expect(fixture.events.all.filter(({ event }) => event === 'auth_gate.channel_resumed')).toHaveLength(1);
    await expect(fixture.ledger.deliveries.pauses()).resolves.toEqual([]);
  });

  test('is tried by one probe at a time, later and later', async () => {
    const talk = scriptedChannel();
    talk.answer(() => BAD_CREDENTIALS);
    const desk = fixture.desk(fixture.courier({ talk }, { limits: { probeMs: { first: 50, longest: 200 } } }));
    await ask(desk, TALK);
    await fixture.events.until(({ event }) => event === 'auth_gate.channel_paused');
    for (let count = 0; count < 5; count += 1) await ask(desk, TALK);

    await fixture.results.until(({ result }) => result.kind === 'paused', { count: 4 });

    const waits = fixture.results.all.map(({ result }) => (result.kind === 'paused' ? result.probeAfterMs : 0));
    expect(waits.slice(0, 4)).toEqual([50, 100, 200, 200]);
    expect(talk.mostAtOnce()).toBe(1);
  });

  test('and is the only one: whoever asks meanwhile is told of at once as failed everywhere, once', async () => {
    const talk = scriptedChannel();
    talk.answer(() => BAD_CREDENTIALS);
    const desk = fixture.desk(fixture.courier({ talk }, { limits: { probeMs: { first: 50, longest: 50 } } }));
    await ask(desk, TALK);
    await fixture.events.until(({ event }) => event === 'auth_gate.channel_paused');

    const { token } = await ask(desk, TALK);
    await fixture.results.until(({ result }) => result.kind === 'paused', { count: 4 });

    const told = fixture.events.all.filter(({ event }) => event === 'auth_gate.all_notifiers_failed');
    expect(told.filter((event) => 'token' in event && event.token === token.slice(0, 8))).toHaveLength(1);
  });

  test('does not pause the other channels', async () => {
    const [talk, email] = [scriptedChannel(), scriptedChannel({ updates: 'none' })];
    talk.answer(() => BAD_CREDENTIALS);
    const desk = fixture.desk(fixture.courier({ talk, email }));
    await ask(desk, { channels: ['talk', 'email'] });
    await fixture.events.until(({ event }) => event === 'auth_gate.channel_paused');
    await ask(desk, { channels: ['talk', 'email'] });

    await email.calls.until(({ task }) => task === 'notify', { count: 2 });
  });
});
