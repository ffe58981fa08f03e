/** The web inbox: taps and lines of its reader, and of nobody else. */
import { describe, expect, test } from '@jest/globals';
import { card, webPost } from '../fixtures/channels/talk-bot.js';
import { ADA, BOB, bot, openInbox, send, talk } from '../fixtures/channels/inbox-web.js';

function tap(id: string, over: Omit<Parameters<typeof webPost>[2], 'body'> = {}): Promise<Response> {
  return webPost(talk.origin, '/talk/actions', {
    body: { message: id, verb: 'approve', data: { token: 't' } },
    ...over,
  });
}

openInbox();

describe('a tap', () => {
  test('is told to the bot with who tapped, and the answer is for his eyes', async () => {
    const id = await send();

    const response = await tap(id);

    expect([response.status, await response.json()]).toEqual([200, { isOk: true, text: 'Done.' }]);
    expect(bot.told).toMatchObject([
      {
        event: { type: 'action', workspace: 'embedded', user: ADA, message: id, verb: 'approve', data: { token: 't' } },
      },
    ]);
    expect(bot.told[0]?.id).toMatch(/^tap_[0-9a-f]{32}$/);
  });

  test.each([
    ['1', false],
    ['2', true],
  ])('by %s factor(s) is told as such, and so is a line', async (factors, second_factor) => {
    const id = await send();
    const headers = { 'x-test-factors': factors };

    await tap(id, { headers });
    await webPost(talk.origin, '/talk/lines', { body: { text: '/gate pending' }, headers });

    expect(bot.told.map(({ event }) => event['second_factor'])).toEqual([second_factor, second_factor]);
  });

  test('changes no card by itself', async () => {
    const id = await send();

    await tap(id);

    const response = await fetch(`${talk.origin}/talk/messages`, { headers: { 'x-test-user': ADA } });
    expect(await response.json()).toMatchObject({ messages: [{ id, revision: 1, card: card('one') }] });
  });

  test('on a card in somebody else’s inbox never reaches the bot', async () => {
    const id = await send();

    const response = await tap(id, { user: BOB });

    expect(response.status).toBe(404);
    expect(bot.told).toEqual([]);
  });

  test('that the bot does not answer within 3 s says so', async () => {
    const id = await send();
    bot.answer('hang');

    const response = await tap(id);

    expect(await response.json()).toEqual({ isOk: false, text: expect.stringContaining('did not answer') });
    expect(bot.told).toHaveLength(1);
  });

  test.each([
    ['an error', { status: 500, body: '{}' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['no text', { status: 200, body: '{"isOk":true}' }],
  ])('that the bot answers with %s is no success', async (_name, how) => {
    const id = await send();
    bot.answer(how);

    expect(await (await tap(id)).json()).toMatchObject({ isOk: false });
  });
});

describe('a POST that is not from the reader’s own page', () => {
  const foreign: readonly (readonly [string, number, Record<string, string | undefined>])[] = [
    ['from a protected host', 403, { origin: 'http://127.0.0.1:8083' }],
    ['from a sandboxed frame', 403, { origin: 'null' }],
    ['without an Origin', 403, { origin: undefined }],
    ['that fetch metadata calls same-site', 403, { 'sec-fetch-site': 'same-site' }],
    ['that fetch metadata calls cross-site', 403, { 'sec-fetch-site': 'cross-site' }],
    ['without the CSRF token', 403, { 'x-csrf-token': undefined }],
    ['with another’s CSRF token', 403, { 'x-csrf-token': 'csrf of bob@example.org' }],
    ['without a session', 401, { 'x-test-user': undefined }],
  ];

  test.each(foreign)('%s: %i, and the bot hears nothing', async (_name, status, headers) => {
    const id = await send();

    const tapped = await tap(id, { headers });
    const written = await webPost(talk.origin, '/talk/lines', { body: { text: '/gate pending' }, headers });

    expect([tapped.status, written.status]).toEqual([status, status]);
    expect(bot.told).toEqual([]);
  });

  test('a form post without fetch metadata from an old browser still needs Origin and token', async () => {
    const id = await send();

    expect((await tap(id, { headers: { 'sec-fetch-site': undefined } })).status).toBe(200);
    expect(bot.told).toHaveLength(1);
  });
});

describe('a line', () => {
  test('is told to the bot and answered in private', async () => {
    bot.answer({ status: 200, body: JSON.stringify({ isOk: true, text: 'No request is pending.' }) });

    const response = await webPost(talk.origin, '/talk/lines', { body: { text: ' /gate pending ' } });

    expect(await response.json()).toEqual({ isOk: true, text: 'No request is pending.' });
    expect(bot.told).toMatchObject([{ event: { type: 'text', user: ADA, text: '/gate pending' } }]);
  });

  test.each([
    ['empty', { text: '  ' }],
    ['too long', { text: 'x'.repeat(501) }],
    ['no text', { line: 'x' }],
  ])('that is %s goes nowhere', async (_name, body) => {
    const response = await webPost(talk.origin, '/talk/lines', { body });

    expect(response.status).toBe(400);
    expect(bot.told).toEqual([]);
  });
});
