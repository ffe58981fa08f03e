/** The admin plane: who gets in, from where, and what the CLI's wire answers. */
import express from 'express';
import type { ChannelName } from '../../src/approval/brand.js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ADA, ADMIN_TOKEN, BOB, HOST, startPlanes, type Planes } from './planes.js';
import { call, signedInBrowser, type Answer } from './visitor-client.js';

let planes: Planes;
beforeEach(async () => {
  const mailbox = express();
  mailbox.get('/', (_request, response) => void response.send('mails'));
  mailbox.post('/', (_request, response) => void response.send('changed'));
  planes = await startPlanes({ openMounts: [{ path: '/mailbox', app: mailbox }] });
});
afterEach(() => planes.stop());

const BEARER = { authorization: `Bearer ${ADMIN_TOKEN}` };

function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = BEARER): Promise<Answer> {
  return call(planes.adminUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function get(path: string, headers: Readonly<Record<string, string>> = BEARER): Promise<Answer> {
  return call(planes.adminUrl + path, { headers });
}

const GUARDED = ['/', '/audit', '/metrics', '/v1/doctor', '/nowhere'];

describe('who gets in', () => {
  test.each(GUARDED)('%s wants the bearer', async (path) => {
    expect((await get(path, {})).status).toBe(401);
    expect((await get(path, { authorization: `Bearer ${ADMIN_TOKEN.slice(1)}b` })).status).toBe(401);
    expect((await get(path)).status).not.toBe(401);
  });

  test('/readyz wants nothing, whatever name it is called by', async () => {
    const answer = await get('/readyz', { host: 'probe.example' });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ parts: [{ name: 'database', isReady: true, why: '' }] });
  });

  test.each(['evil.example', 'localhost.evil.example:80', 'localhost:1', '127.0.0.1', ' '])(
    'a name rebound to loopback is refused even with the bearer: %j',
    async (host) => {
      const answer = await get('/', { ...BEARER, host });

      expect(answer.status).toBe(403);
    },
  );

  test.each(['127.0.0.1', 'localhost', '[::1]'])('%s with the port is known', async (name) => {
    const { port } = new URL(planes.adminUrl);

    expect((await get('/', { ...BEARER, host: `${name}:${port}` })).status).toBe(200);
  });

  test('a browser without a session reads a page that says how', async () => {
    const answer = await get('/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });

    expect(answer.status).toBe(401);
    expect(answer.text).toContain('npx gate pending');
  });
});

describe("an approver's session", () => {
  test('sees the queue of its own sites and no more', async () => {
    await planes.knock();
    const ada = (await signedInBrowser(planes, ADA)).cookieHeader();
    const bob = (await signedInBrowser(planes, BOB)).cookieHeader();

    expect((await get('/', { cookie: ada })).text).toContain(HOST);
    expect((await get('/', { cookie: bob })).text).not.toContain(HOST);
    expect((await get('/audit', { cookie: ada })).status).toBe(200);
  });

  test.each(['/v1/commands', '/v1/sign-in-links', '/v1/reload'])('does nothing by %s', async (path) => {
    const cookie = (await signedInBrowser(planes)).cookieHeader();

    const answer = await post(
      path,
      { line: 'grant', approver: ADA, operator: 'ada' },
      { cookie, origin: planes.adminUrl },
    );

    expect(answer.status).toBe(403);
    expect(planes.calls).toEqual([]);
  });
});

describe('a page of another origin is refused', () => {
  test.each([
    ['the protected host, with the cookies', `http://${HOST}`],
    ['the public plane, which is another port', 'http://localhost:8080'],
    ['no origin to speak of', 'null'],
  ])('%s', async (_name, origin) => {
    const cookie = (await signedInBrowser(planes)).cookieHeader();

    for (const path of ['/v1/commands', '/v1/sign-in-links', '/v1/reload', '/mailbox']) {
      const body = { line: 'pending', approver: ADA, operator: 'x' };
      expect((await post(path, body, { cookie, origin })).status).toBe(403);
      expect((await post(path, body, { ...BEARER, origin })).status).toBe(403);
    }
    expect(planes.calls).toEqual([]);
  });

  test('fetch metadata that names another site counts where no origin does', async () => {
    expect((await post('/v1/reload', { operator: 'x' }, { ...BEARER, 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect(planes.calls).toEqual([]);
  });

  test('a post by cookie alone says where it comes from, or is refused', async () => {
    const cookie = (await signedInBrowser(planes)).cookieHeader();

    expect((await post('/v1/reload', { operator: 'x' }, { cookie })).status).toBe(403);
  });
});

const BAD_BODY = { status: 400, code: 'bad_body' };

describe("the CLI's wire", () => {
  test('a command is run in the name of its operator', async () => {
    const answer = await post('/v1/commands', { line: 'pending', operator: 'root' });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ kind: 'text', isOk: true });
    expect(planes.calls).toEqual(['command root pending']);
  });

  test('a sign-in link for an unknown approver is 422 and says so', async () => {
    const known = await post('/v1/sign-in-links', { approver: ADA, operator: 'root' });
    const unknown = await post('/v1/sign-in-links', { approver: 'nobody', operator: 'root' });

    expect(known.status).toBe(200);
    expect(JSON.parse(known.text)).toHaveProperty('url');
    expect(unknown.status).toBe(422);
    expect(JSON.parse(unknown.text)).toMatchObject({ code: 'unknown_approver' });
  });

  test('a reload that changed nothing is 422 with its problems', async () => {
    expect((await post('/v1/reload', { operator: 'root' })).status).toBe(200);
    expect((await post('/v1/reload', { operator: 'clumsy' })).status).toBe(422);
  });

  test('the doctor answers its checks', async () => {
    expect(JSON.parse((await get('/v1/doctor')).text)).toMatchObject({ checks: [{ name: 'database', isOk: true }] });
  });

  test.each([
    ['no JSON', 'x', { status: 400, code: 'bad_json' }],
    ['a missing field', JSON.stringify({ line: 'pending' }), BAD_BODY],
    ['an unknown field', JSON.stringify({ line: 'pending', operator: 'root', more: 1 }), BAD_BODY],
    ['an operator with a line break', JSON.stringify({ line: 'pending', operator: 'a\nb' }), BAD_BODY],
    [
      'a body past 16 kB',
      JSON.stringify({ line: 'x'.repeat(20_000), operator: 'root' }),
      { status: 413, code: 'too_large' },
    ],
  ])('%s is refused with a code and a sentence', async (_name, body, { status, code }) => {
    const answer = await call(`${planes.adminUrl}/v1/commands`, { method: 'POST', headers: BEARER, body });

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ code, error: expect.stringMatching(/\.$/) });
    expect(planes.calls).toEqual([]);
  });
});

test('metrics count what waits, what is behind and what is paused', async () => {
  await planes.knock();
  const { deliveries } = planes.store.ledger;
  const [claim] = await deliveries.claim({ carrier: 'talk' as ChannelName, limit: 1, leaseMs: 1_000 });
  if (claim === undefined) throw new Error('the knock has its delivery');
  const { deliveryId, claimToken, attemptId } = claim;
  await deliveries.close([
    { deliveryId, claimToken, attemptId, tookMs: 1, kind: 'paused', reason: 'http_401', probeAfterMs: 60_000 },
  ]);

  const answer = await get('/metrics');

  expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(answer.text).toContain('\nkoder_gate_pending_requests 1\n');
  expect(answer.text).toContain('\nkoder_gate_live_grants 0\n');
  expect(answer.text).toMatch(/\nkoder_gate_deliveries_behind{channel="talk",state="\w+"} 1\n/);
  expect(answer.text).toContain('\nkoder_gate_channels_paused{channel="talk"} 1\n');
});

describe('an open mount', () => {
  test('is read without the bearer, under a known host only', async () => {
    expect((await get('/mailbox', {})).text).toBe('mails');
    expect((await get('/mailbox', { host: 'evil.example' })).status).toBe(403);
  });

  test('is changed with the bearer only', async () => {
    expect((await post('/mailbox', {}, {})).status).toBe(401);
    expect((await post('/mailbox', {})).text).toBe('changed');
  });
});

test('a database that is away is 503 with its code', async () => {
  planes.store.behave('away');

  const answer = await get('/metrics');

  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'unavailable' });
});
