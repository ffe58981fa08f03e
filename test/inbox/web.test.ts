/** The web inbox: its page, its stream, and that looking changes nothing. */
import { describe, expect, test } from '@jest/globals';
import { openStream, type LiveReader } from '../fixtures/channels/talk-stream.js';
import { callTalk, card } from '../fixtures/channels/talk-bot.js';
import { ADA, BOB, bot, openInbox, startAgain, readers, send, talk } from '../fixtures/channels/inbox-web.js';

async function stream(user: string | null): Promise<LiveReader> {
  const reader = await openStream(`${talk.origin}/talk/stream`, user === null ? {} : { 'x-test-user': user });
  readers.push(reader);
  return reader;
}

openInbox();

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
    await startAgain();
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

    expect(named).toHaveLength(4);
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  test('tells a stranger how to sign in, and keeps the way back', async () => {
    const response = await fetch(`${talk.origin}/talk`);
    const html = await response.text();

    expect(response.status).toBe(401);
    expect(html).toContain('<a class="again" href="/sign-in">Sign in</a>');
    expect(html).not.toContain('csrf');
  });

  test('hands a stranger’s way back to whoever signs people in', async () => {
    await talk.close();
    await startAgain({ keepWayBack: (response, path) => void response.append('set-cookie', `next=${path}`) });

    const stranger = await fetch(`${talk.origin}/talk`);
    const ada = await fetch(`${talk.origin}/talk`, { headers: { 'x-test-user': ADA } });

    expect([stranger.headers.get('set-cookie'), ada.headers.get('set-cookie')]).toEqual(['next=/talk', null]);
  });
});
