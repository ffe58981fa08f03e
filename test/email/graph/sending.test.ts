/** Mails over Microsoft Graph: what leaves, how often, and what is known of it. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { graphTransport } from '../../../bots/email/graph/graph.js';
import { besides, closeGraphs, composed, graphDeps, openGraph, secretsOf } from '../../fixtures/channels/graph.js';
import { readMail } from '../../fakes/read-mail.js';

closeGraphs();

const AGAIN = { isFirstAttempt: false };
const LATER = { times: 1 } as const;

describe('a mail', () => {
  test('leaves whole: our Message-ID, both parts, and the headers that JSON would not carry', async () => {
    const { fake, send } = await openGraph();

    const answer = await send();

    const [raw] = fake.mailbox().left;
    const mail = await readMail(raw ?? Buffer.alloc(0));
    expect(answer).toMatchObject({ kind: 'accepted', correlation: { messageId: composed().messageId } });
    expect(mail).toMatchObject({
      messageId: `<${composed().messageId}>`,
      to: ['rpm@example.org'],
      subject: composed().subject,
      textPart: expect.stringContaining('the text part: ✓'),
      htmlPart: expect.stringContaining('the HTML part: ✓'),
    });
    expect(Object.fromEntries(mail.headers)).toMatchObject({
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      from: 'Koder Gate <gate@koder.dev>',
    });
  });

  test('is a draft first, and its immutable id finds the copy that was sent', async () => {
    const { fake, send } = await openGraph();

    const answer = await send();

    const item = answer.kind === 'accepted' ? fake.mailbox().find(String(answer.correlation['item'])) : undefined;
    expect(fake.seen.map(({ step }) => step)).toEqual(['token', 'create', 'send']);
    expect(item).toMatchObject({ folder: 'sentitems', isDraft: false });
  });

  test('is known by two ids, ours and Microsoft’s, whatever came of it', async () => {
    const { fake, send } = await openGraph();
    const taken = await send();
    fake.faults.set({
      at: ['create'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 403, code: 'ErrorSendAsDenied' },
    });
    const refused = await send();

    const asked = fake.seen.map(({ headers }) => headers['client-request-id']);
    expect([taken.ids?.clientRequestId, refused.ids?.clientRequestId]).toEqual([asked[2], asked[3]]);
    for (const { ids } of [taken, refused]) expect(ids?.providerRequestId).toMatch(/^[0-9a-f]{32}$/);
  });

  test('goes at once where drafts are denied, and drafts are not asked for again', async () => {
    const { fake, send } = await openGraph();
    fake.state.permissions = ['Mail.Send'];

    const answers = [await send(), await send({ messageId: 'other@koder.dev' })];

    expect(answers).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted', correlation: { item: null } }]);
    expect(fake.seen.map(({ step }) => step)).toEqual(['token', 'create', 'sendMail', 'sendMail']);
  });

  test('is refused by the provider where the application may do neither, and drafts are tried again later', async () => {
    const { fake, send } = await openGraph();
    fake.state.permissions = [];
    const refused = await send();
    fake.state.permissions = ['Mail.ReadWrite', 'Mail.Send'];

    expect(refused).toMatchObject({ kind: 'refused', scope: 'provider', reason: 'graph_error_access_denied' });
    expect(await send()).toMatchObject({ kind: 'accepted', correlation: { item: expect.any(String) } });
  });

  test('that was taken is taken, whatever wait is said beside it', async () => {
    const { fake, send } = await openGraph();
    fake.faults.set({
      at: ['send'],
      phase: 'after_effect',
      how: { kind: 'answer', status: 202, headers: { 'retry-after': '9' } },
    });

    expect(await send()).toMatchObject({ kind: 'accepted' });
    expect(await send({ messageId: 'other@koder.dev' })).toMatchObject({ kind: 'accepted' });
  });
});

describe('an answer that never came', () => {
  test.each(['reset', 'hang', 'garbage'] as const)(
    '%s after the mail was taken: it is found, and not sent again',
    async (kind) => {
      const { fake, send } = await openGraph({ deps: { tuning: { timeoutMs: 300 } } });
      fake.faults.set({ ...LATER, at: ['send'], phase: 'after_effect', how: { kind } });

      const first = await send();
      const second = await besides(fake).send(AGAIN);

      expect(first).toMatchObject({ kind: 'unknown', mayDouble: false });
      expect(second).toMatchObject({ kind: 'accepted', correlation: { item: fake.mailbox().items[0]?.immutableId } });
      expect(fake.mailbox().left).toHaveLength(1);
    },
  );

  test('before the mail was taken: the same draft is sent, once it can no more be on its way', async () => {
    const { fake, send } = await openGraph();
    fake.faults.set({ ...LATER, at: ['send'], phase: 'before_effect', how: { kind: 'reset' } });
    await send();

    const young = await send(AGAIN);
    const [draft] = fake.mailbox().items;
    if (draft !== undefined) draft.modifiedMs -= 11_000;
    const old = await send(AGAIN);

    expect(young).toMatchObject({ kind: 'deferred', reason: 'graph_draft_may_be_leaving' });
    expect(young.kind === 'deferred' && young.retryAfterMs).toBeGreaterThan(7_000);
    expect(old).toMatchObject({ kind: 'accepted' });
    expect([fake.mailbox().left.length, fake.mailbox().items.length]).toEqual([1, 1]);
  });

  test('a mail that looks like a draft because it is on its way is not sent twice', async () => {
    const { fake, send } = await openGraph();
    fake.state.transitMs = 150;
    fake.faults.set({
      ...LATER,
      at: ['send'],
      phase: 'after_effect',
      how: { kind: 'answer', status: 504, code: 'UnknownError' },
    });
    await send();

    expect(await send(AGAIN)).toMatchObject({ kind: 'deferred' });
    await new Promise((resume) => setTimeout(resume, 200));
    expect(await send(AGAIN)).toMatchObject({ kind: 'accepted' });
    expect(fake.mailbox().left).toHaveLength(1);
  });

  test('to a draft that was made: it is used, and no second one is', async () => {
    const { fake, send } = await openGraph();
    fake.faults.set({ ...LATER, at: ['create'], phase: 'after_effect', how: { kind: 'reset' } });

    const first = await send();
    for (const item of fake.mailbox().items) item.modifiedMs -= 11_000;
    const second = await send(AGAIN);

    expect([first.kind, second.kind]).toEqual(['deferred', 'accepted']);
    expect(fake.mailbox().items).toHaveLength(1);
  });

  test('what Graph names although nobody asked for it is not taken for ours', async () => {
    const { fake, send } = await openGraph();
    const stranger = { id: 'AAMk1', isDraft: false, internetMessageId: '<another@koder.dev>' };
    fake.faults.set({
      ...LATER,
      at: ['list'],
      phase: 'after_effect',
      how: { kind: 'answer', status: 200, json: { value: [stranger] } },
    });

    expect(await send(AGAIN)).toMatchObject({ kind: 'accepted' });
    expect(fake.mailbox().left).toHaveLength(1);
  });

  test('where nothing can be looked up, sending again is marked as perhaps twice', async () => {
    const { fake, send } = await openGraph();
    fake.state.permissions = ['Mail.Send'];
    fake.faults.set({ ...LATER, at: ['sendMail'], phase: 'after_effect', how: { kind: 'reset' } });

    expect(await send()).toMatchObject({ kind: 'unknown', mayDouble: true });
    expect(await besides(fake).send(AGAIN)).toMatchObject({ kind: 'accepted' });
    expect(fake.mailbox().left).toHaveLength(2);
  });
});

describe('the token', () => {
  test('goes to the API alone: no redirect is followed', async () => {
    const elsewhere: string[] = [];
    const thief = createServer((request, response) => {
      elsewhere.push(String(request.headers.authorization));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(thief, 'listening');
    const { fake, send } = await openGraph();
    const location = `http://127.0.0.1:${String((thief.address() as AddressInfo).port)}/`;
    fake.faults.set({
      at: ['create'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 307, headers: { location } },
    });

    const answer = await send();

    thief.close();
    expect(answer).toMatchObject({ kind: 'deferred', reason: 'graph_http_307' });
    expect(elsewhere).toEqual([]);
  });

  test('an endless answer is cut off', async () => {
    const { fake } = await openGraph();
    const transport = graphTransport(fake.endpoint, secretsOf(fake), {
      ...graphDeps(),
      tuning: { maxAnswerBytes: 100 },
    });

    expect(await transport.send(composed(), AbortSignal.timeout(5_000))).toMatchObject({
      kind: 'deferred',
      reason: 'answer_too_large',
    });
    transport.close();
  });
});
