/** The courier over Microsoft Graph: each way a mail may end, as the ledger has it, and what is learnt of it afterwards. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LeasedTurns } from '../../../src/maintenance/leased-turns.js';
import { besides, closeGraphs, openGraph } from '../../fixtures/channels/graph.js';
import { becomes, queueMail, startCourier, startWatching } from '../../fixtures/channels/graph-worker.js';
import { fixture, openEach } from '../../fixtures/delivery/one-delivery.js';
import { eventually } from '../../fixtures/time/eventually.js';
import { notDelivered } from '../../fakes/graph-mailbox.js';

openEach();
closeGraphs();

const NOBODY = { to: 'newcomer@example.net', status: '5.1.10' };

const watching: LeasedTurns[] = [];
afterEach(async () => {
  for (const one of watching.splice(0)) await one.stop();
});

async function working(): Promise<Awaited<ReturnType<typeof openGraph>>> {
  const graph = await openGraph();
  startCourier(fixture, graph);
  return graph;
}

describe('the courier', () => {
  test('a mail that Graph took is accepted, and both ids of its call are on the attempt', async () => {
    const { fake } = await working();

    const { attemptEntries } = await becomes(fixture, await queueMail(fixture), 'accepted');

    const send = fake.seen.find(({ step }) => step === 'send');
    expect(attemptEntries).toMatchObject([
      {
        outcome: 'accepted',
        clientRequestId: send?.headers['client-request-id'],
        providerRequestId: expect.any(String),
      },
    ]);
  });

  test('one that Graph answered with silence is found, sent once, and not called a duplicate', async () => {
    const { fake } = await working();
    fake.faults.set({ times: 1, at: ['send'], phase: 'after_effect', how: { kind: 'reset' } });

    const delivery = await becomes(fixture, await queueMail(fixture), 'accepted');

    expect(delivery).toMatchObject({ isMaybeDuplicate: false });
    expect(delivery.attemptEntries.map(({ outcome }) => outcome)).toEqual(['accepted', 'retry']);
    expect(fake.mailbox().left).toHaveLength(1);
  });

  test('one that Graph has no time for is sent when it has, and no attempt of it is used up', async () => {
    const { fake } = await working();
    const how = { kind: 'answer', status: 429, code: 'TooManyRequests' } as const;
    fake.faults.set({ times: 1, at: ['create'], phase: 'before_effect', how });

    const { attemptEntries } = await becomes(fixture, await queueMail(fixture), 'accepted');

    expect(attemptEntries.map(({ outcome, attempt }) => [outcome, attempt])).toEqual([
      ['accepted', 1],
      ['retry', 1],
    ]);
    expect(fake.seen.filter(({ step }) => step === 'list')).toHaveLength(1);
    expect(fake.mailbox().left).toHaveLength(1);
  });

  test('where it cannot be found out, it is sent again and called so', async () => {
    const { fake } = await working();
    fake.state.permissions = ['Mail.Send'];
    fake.faults.set({ times: 1, at: ['sendMail'], phase: 'after_effect', how: { kind: 'reset' } });

    expect(await becomes(fixture, await queueMail(fixture), 'accepted')).toMatchObject({ isMaybeDuplicate: true });
    expect(fake.mailbox().left).toHaveLength(2);
  });

  test('one that may have gone and is not found is sent again and called so', async () => {
    const { fake } = await working();
    fake.faults.set(
      { times: 1, at: ['send'], phase: 'after_effect', how: { kind: 'reset' } },
      { times: 1, at: ['list'], phase: 'before_effect', how: { kind: 'answer', status: 200, json: { value: [] } } },
    );

    expect(await becomes(fixture, await queueMail(fixture), 'accepted')).toMatchObject({ isMaybeDuplicate: true });
    expect(fake.mailbox().left).toHaveLength(2);
  });

  test('a recipient that is none bounces at once, a mail that will not do has failed', async () => {
    const { fake } = await working();
    fake.faults.set({
      times: 1,
      at: ['send'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 400, code: 'ErrorInvalidRecipients' },
    });
    await becomes(fixture, await queueMail(fixture), 'bounced');
    fake.faults.set({
      times: 1,
      at: ['create'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 413, code: 'ErrorMessageSizeExceeded' },
    });

    const failed = await becomes(fixture, await queueMail(fixture), 'failed');

    expect(failed.lastReason).toBe('graph_error_message_size_exceeded');
    expect(fake.mailbox().left).toHaveLength(0);
  });

  test('an expired secret pauses the provider and keeps the queue; with the next secret all of it goes out', async () => {
    const { fake } = await working();
    fake.registration.refusal = 7000222;
    const queued = [await queueMail(fixture), await queueMail(fixture)];
    await eventually('a pause', async () => (await fixture.ledger.deliveries.pauses()).length > 0);
    const [pause] = await fixture.ledger.deliveries.pauses();
    fake.registration.refusal = null;

    expect(pause?.reason).toBe('graph_token_7000222');
    for (const id of queued) await becomes(fixture, id, 'accepted');
    expect(fake.mailbox().left).toHaveLength(2);
  });
});

describe('afterwards', () => {
  test('what is among the sent items was sent; what is not yet there is still accepted', async () => {
    const graph = await working();
    graph.fake.state.transitMs = 60_000;
    const id = await queueMail(fixture);
    await becomes(fixture, id, 'accepted');
    watching.push(startWatching(fixture, graph));
    await eventually('two questions', () => graph.fake.seen.filter(({ step }) => step === 'item').length >= 2);
    const before = await fixture.ledger.queue.find(id);
    let elsewhere: typeof before = null;

    for (const folder of ['deleteditems', 'sentitems'] as const) {
      const questions = graph.fake.seen.length;
      for (const item of graph.fake.mailbox().items) graph.fake.mailbox().move(item, folder);
      await eventually('two more questions', () => graph.fake.seen.length >= questions + 2);
      elsewhere ??= await fixture.ledger.queue.find(id);
    }

    expect([before?.state, elsewhere?.state]).toEqual(['accepted', 'accepted']);
    await becomes(fixture, id, 'sent');
  });

  test('where no copy is to stay it is deleted once it was found, and the mail was sent all the same', async () => {
    const graph = await openGraph({ deps: { tuning: { isSavedToSent: false } } });
    startCourier(fixture, graph);
    const id = await queueMail(fixture);
    await becomes(fixture, id, 'accepted');
    expect(graph.fake.mailbox().items).toHaveLength(1);
    watching.push(startWatching(fixture, graph));

    await becomes(fixture, id, 'sent');

    expect([graph.fake.mailbox().items.length, graph.fake.mailbox().left.length]).toEqual([0, 1]);
  });

  test.each<[string, (mail: Buffer) => Buffer]>([
    ['by the mail that it brings', (mail) => notDelivered(mail, NOBODY)],
    ['by the mail that it answers', (mail) => notDelivered(mail, { ...NOBODY, isWithHeaders: false })],
    ['by our header, where the Message-ID became another', (mail) => notDelivered(renamed(mail), NOBODY)],
  ])('a report in the inbox is found %s, among other mails and over pages, and read once', async (_how, reportOf) => {
    const graph = await working();
    const { fake } = graph;
    const [bounced, other] = [await queueMail(fixture), await queueMail(fixture)];
    watching.push(startWatching(fixture, graph));
    for (const id of [bounced, other]) await becomes(fixture, id, 'sent');
    const raw = fake.mailbox().left.find((mail) => mail.includes(bounced)) ?? Buffer.alloc(0);
    const plain = Buffer.from('From: a@example.org\r\nSubject: hello\r\n\r\nhello\r\n');
    for (let count = 0; count < 5; count += 1)
      await fake.mailbox().add({ raw: plain, folder: 'inbox', isDraft: false });
    const report = reportOf(raw);
    await fake.mailbox().add({ raw: report, folder: 'inbox', isDraft: false, itemClass: 'REPORT.IPM.Note.NDR' });

    const delivery = await becomes(fixture, bounced, 'bounced');

    expect(delivery.lastReason).toBe('dsn_5.1.10');
    expect(await fixture.ledger.queue.find(other)).toMatchObject({ state: 'sent' });
    const looks = fake.seen.filter(({ step }) => step === 'delta').length;
    await eventually('two more looks', () => fake.seen.filter(({ step }) => step === 'delta').length >= looks + 2);
    expect(fake.seen.filter(({ step }) => step === 'value')).toHaveLength(1);
    expect(fixture.events.all.filter(({ event }) => event === 'auth_gate.mail_reported')).toHaveLength(1);
  });

  test('a report is found although the policy has mails be from another domain', async () => {
    const graph = await openGraph();
    startCourier(fixture, graph, { from: 'Koder <access@koder.example>' });
    const id = await queueMail(fixture);
    watching.push(startWatching(fixture, graph));
    await becomes(fixture, id, 'sent');
    const [raw = Buffer.alloc(0)] = graph.fake.mailbox().left;
    const report = notDelivered(raw, NOBODY);
    await graph.fake.mailbox().add({ raw: report, folder: 'inbox', isDraft: false, itemClass: 'REPORT.IPM.Note.NDR' });

    expect(await becomes(fixture, id, 'bounced')).toMatchObject({ lastReason: 'dsn_5.1.10' });
    expect(raw.toString()).toContain('access@koder.example');
  });

  test('a link that Graph has forgotten begins anew, and what was told is not told again', async () => {
    const graph = await working();
    const { fake } = graph;
    const id = await queueMail(fixture);
    watching.push(startWatching(fixture, graph));
    await becomes(fixture, id, 'sent');
    const report = notDelivered(fake.mailbox().left[0] ?? Buffer.alloc(0), {
      to: 'newcomer@example.net',
      status: '5.2.2',
    });
    await fake.mailbox().add({ raw: report, folder: 'inbox', isDraft: false, itemClass: 'REPORT.IPM.Note.NDR' });
    await becomes(fixture, id, 'bounced');

    fake.state.links.clear();

    await eventually('a second reading', () => fake.seen.filter(({ step }) => step === 'value').length === 2);
    expect(fixture.events.all.filter(({ event }) => event === 'auth_gate.mail_reported')).toHaveLength(1);
  });

  test('a link that leads elsewhere is not followed: the token stays with Graph', async () => {
    const graph = await working();
    const thief = await openGraph();
    const how = {
      kind: 'answer',
      status: 200,
      json: { value: [], '@odata.nextLink': `${thief.fake.endpoint.apiUrl}/users` },
    } as const;
    graph.fake.faults.set({ times: 1, at: ['delta'], phase: 'before_effect', how });
    watching.push(startWatching(fixture, graph));

    await becomes(fixture, await queueMail(fixture), 'sent');
    await eventually('a look', () => graph.fake.seen.some(({ step }) => step === 'delta'));

    expect(thief.fake.connections()).toBe(0);
  });

  test('of two processes that look, one asks', async () => {
    const graph = await working();
    const second = besides(graph.fake);
    watching.push(startWatching(fixture, graph), startWatching(fixture, second));
    await becomes(fixture, await queueMail(fixture), 'sent');

    await eventually('some looks', () => graph.fake.seen.filter(({ step }) => step === 'delta').length >= 6);

    const beginnings = graph.fake.seen.filter(
      ({ step, target }) => step === 'delta' && target.includes('receivedDateTime'),
    );
    expect(beginnings).toHaveLength(1);
  });
});

function renamed(mail: Buffer): Buffer {
  return Buffer.from(mail.toString('utf8').replace(/^message-id:.*$/im, 'Message-ID: <another@exchange.example>'));
}
