/** The web inbox over real HTTP: who may see and do what, and what a GET can never do. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startTalk, type TalkServerForTest } from '../fakes/talk.js';
import { openStream, type LiveReader } from './live-reader.js';
import { callTalk, card, message, startBot, webPost, type ToldBot } from './talk-bot.js';

const ADA = 'ada@example.org';
const BOB = 'bob@example.org';
let bot: ToldBot;
let talk: TalkServerForTest;
let readers: LiveReader[];

beforeEach(async () => {
  readers = [];
  bot = await startBot();
  talk = await startTalk({ callbackUrl: bot.url });
});
afterEach(async () => {
  for (const reader of readers) reader.close();
  await talk.close();
  await bot.close();
});

async function send(over: Record<string, unknown> = {}): Promise<string> {
  const url = `${talk.origin}/talk/api/v1/messages`;
  return String((await callTalk(url, { method: 'POST', message: message(over) })).json['id']);
}

async function stream(user: string | null): Promise<LiveReader> {
  const reader = await openStream(`${talk.origin}/talk/stream`, user === null ? {} : { 'x-test-user': user });
  readers.push(reader);
  return reader;
}

function tap(id: string, over: Omit<Parameters<typeof webPost>[2], 'body'> = {}): Promise<Response> {
  return webPost(talk.origin, '/talk/actions', {
    body: { message: id, verb: 'approve', data: { token: 't' } },
    ...over,
  });
}

describe('the live stream', () => {
  test('tells a new message and its redrawing at once, to its reader alone', async () => {
    const [ada, bob] = await Promise.all([stream(ADA), stream(BOB)]);

    const id = await send();
    const first = await ada.next();
    await callTalk(`${talk.origin}/talk/api/v1/messages/${id}`, {
      method: 'PUT',
      message: { id, revision: 2, text: 'Answered', card: card('two') },
    });
    const second = await ada.next();
    const forBob = await send({ key: 'for-bob', to: BOB });

    expect([first['id'], first['revision'], first['card']]).toEqual([id, 1, card('one')]);
    expect([second['id'], second['revision'], second['card']]).toEqual([id, 2, card('two')]);
    expect((await bob.next())['id']).toBe(forBob);
  });

  test('says nothing of a revision that came too late', async () => {
    const id = await send({ revision: 5 });
    const ada = await stream(ADA);

    await callTalk(`${talk.origin}/talk/api/v1/messages/${id}`, {
      method: 'PUT',
      message: { id, revision: 4, text: 'old', card: card('old') },
    });
    const next = await send({ key: 'next' });

    expect((await ada.next())['id']).toBe(next);
  });

  test('is for the signed-in alone, and eight a reader', async () => {
    expect((await stream(null)).status).toBe(401);
    for (let number = 0; number < 8; number += 1) expect((await stream(ADA)).status).toBe(200);
    expect((await stream(ADA)).status).toBe(429);
    expect((await stream(BOB)).status).toBe(200);
  });

  test('ends when the server stops', async () => {
    const reader = await stream(ADA);

    await talk.close();

    await reader.ended;
    talk = await startTalk();
  });
});

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

describe('GET, HEAD and OPTIONS', () => {
  const paths = ['', '/', '/messages', '/actions', '/lines', '/api/v1/me', '/api/v1/messages', '/assets/inbox.css'];
  const calls = ['GET', 'HEAD', 'OPTIONS'].flatMap((method) => paths.map((path) => [method, path] as const));

  test.each(calls)('%s /talk%s changes nothing and tells the bot nothing', async (method, path) => {
    await send();
    const list = async (): Promise<unknown> =>
      (await fetch(`${talk.origin}/talk/messages`, { headers: { 'x-test-user': ADA } })).json();
    const before = await list();

    await fetch(`${talk.origin}/talk${path}?verb=approve&token=t`, { method, headers: { 'x-test-user': ADA } });

    expect(await list()).toEqual(before);
    expect(bot.told).toEqual([]);
  });

  test('a HEAD of the stream ends', async () => {
    const response = await fetch(`${talk.origin}/talk/stream`, { method: 'HEAD', headers: { 'x-test-user': ADA } });

    expect(response.status).toBe(200);
  });
});

describe('the page', () => {
  test('has a policy without inline scripts or styles, and none inside', async () => {
    const response = await fetch(`${talk.origin}/talk`, { headers: { 'x-test-user': ADA } });
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';

    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('every asset that it names is there', async () => {
    const html = await (await fetch(`${talk.origin}/talk`, { headers: { 'x-test-user': ADA } })).text();
    const named = [...html.matchAll(/(?:src|href)="(\/talk\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');

    const statuses = await Promise.all(named.map(async (path) => (await fetch(talk.origin + path)).status));

    expect(named).toHaveLength(3);
    expect(statuses).toEqual([200, 200, 200]);
  });

  test('tells a stranger how to sign in, and keeps the way back', async () => {
    const response = await fetch(`${talk.origin}/talk`);
    const html = await response.text();

    expect(response.status).toBe(401);
    expect(html).toContain('gate sign-in-link');
    expect(html).toContain('href="/talk"');
    expect(html).not.toContain('csrf');
  });

  test('hands a stranger’s way back to whoever signs people in', async () => {
    await talk.close();
    talk = await startTalk({ keepWayBack: (response, path) => void response.append('set-cookie', `next=${path}`) });

    const stranger = await fetch(`${talk.origin}/talk`);
    const ada = await fetch(`${talk.origin}/talk`, { headers: { 'x-test-user': ADA } });

    expect([stranger.headers.get('set-cookie'), ada.headers.get('set-cookie')]).toEqual(['next=/talk', null]);
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
