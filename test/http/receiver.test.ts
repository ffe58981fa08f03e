/** The webhook receiver: each answer it gives, and that 200 is said for nothing but a durable request. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Authenticator } from '../../src/http/receiver/authenticator.js';
import { inOrder } from '../../src/http/receiver/authenticators/in-order.js';
import { FLY_BEARER, HOST, JET_BEARER, JET_HOST, startPlanes, type Planes } from './planes.js';
import { call, type Answer } from './visitor-client.js';

const TALK = '/api/v1/bots/koder-gate/approvals';
const KODER_ID = '/v1/auth-gate/approvals';
const TOKEN = '8c7d2a9e1b3f4a0c5e6d8b9a7c1d2e3f';

let planes: Planes;
beforeEach(async () => {
  planes = await startPlanes();
});
afterEach(() => planes.stop());

function payload(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    token: TOKEN,
    host: JET_HOST,
    environment: 'stg',
    origin_ip: '189.45.12.30',
    user_agent: 'Mozilla/5.0',
    geo: 'BR',
    timestamp: new Date(planes.nowMs()).toISOString(),
    admin: 'ada@example.org',
    confirm_url: `https://confirm.example.net/req/${TOKEN}`,
    ttl_seconds: 600,
    ...change,
  };
}

interface Post {
  readonly endpoint?: string;
  readonly bearer?: string | null;
  readonly body?: string | Buffer;
}

function post(
  change: Readonly<Record<string, unknown>> = {},
  { endpoint = TALK, bearer = JET_BEARER, body }: Post = {},
): Promise<Answer> {
  const authorization = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
  return call(planes.publicUrl + endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: body ?? JSON.stringify(payload(change)),
  });
}

function get(path: string, bearer = JET_BEARER): Promise<Answer> {
  return call(planes.publicUrl + path, { headers: { authorization: `Bearer ${bearer}` } });
}

function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.text) as Record<string, unknown>;
}

function wrongFields(answer: Answer): unknown[] {
  return (json(answer)['fields'] as { field: string }[]).map(({ field }) => field);
}

describe('200 only for what is durable', () => {
  test('a well-formed request is stored as it was asked', async () => {
    const answer = await post();

    expect(answer.status).toBe(200);
    expect(json(answer)).toMatchObject({ status: 'pending', host: JET_HOST, origin_ip: '189.45.12.30' });
    expect((await planes.store.requests())[0]).toMatchObject({
      producer: 'jet',
      host: JET_HOST,
      site: null,
      grantTtlSeconds: 0,
      theirConfirmUrl: `https://confirm.example.net/req/${TOKEN}`,
      country: 'BR',
    });
  });

  test('the second bearer of a producer is as good as the first: rotation', async () => {
    expect((await post({}, { bearer: 'jet-old-bearer' })).status).toBe(200);
  });

  test('a country or confirm page that the producer does not know may be absent, null or empty', async () => {
    const withoutBoth = payload({ token: 'b'.repeat(32) });
    delete withoutBoth['geo'];
    delete withoutBoth['confirm_url'];

    const answers = [
      await post({ token: 'a'.repeat(32), geo: null, confirm_url: null }),
      await post({}, { body: JSON.stringify(withoutBoth) }),
      await post({ token: 'c'.repeat(32), geo: '', confirm_url: '' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await planes.store.requests()).map((request) => [request.country, request.theirConfirmUrl])).toEqual([
      [null, null],
      [null, null],
      [null, null],
    ]);
  });

  test('an IPv6 address is kept as its network, a v4-mapped one as IPv4', async () => {
    await post({ origin_ip: '2001:db8:1:2:3:4:5:6' });
    await post({ origin_ip: '::ffff:203.0.113.9', token: 'a'.repeat(32) });

    expect((await planes.store.requests()).map((request) => request.address)).toEqual([
      '2001:db8:1:2::/64',
      '203.0.113.9',
    ]);
  });

  test('the same post again changes nothing; another admin adds a recipient to the same request', async () => {
    await post();
    const again = await post();
    const other = await post({ admin: 'bob@example.org' });

    expect([again.status, other.status]).toEqual([200, 200]);
    expect(json(again)['recipients_added']).toBe(0);
    expect(json(other)['recipients_added']).toBe(1);
    expect(await planes.store.requests()).toHaveLength(1);
  });

  test('the same token over the other endpoint is the same request, and nobody gets a second card on one channel', async () => {
    await post({}, { bearer: FLY_BEARER });
    const other = await post({}, { bearer: FLY_BEARER, endpoint: KODER_ID });

    expect(json(other)).toMatchObject({ status: 'pending', recipients_added: 0 });
    expect(await planes.store.requests()).toHaveLength(1);
  });
});

describe('400 names every wrong field', () => {
  test('all ten at once, and what does not belong', async () => {
    const wrong = {
      token: 'XYZ',
      host: 'http://x/',
      environment: 'staging',
      origin_ip: '1.2.3',
      user_agent: 7,
      geo: 'Brazil',
      timestamp: 'yesterday',
      admin: '',
      confirm_url: 'javascript:alert(1)',
      ttl_seconds: 29,
      extra: true,
    };

    const answer = await post({}, { body: JSON.stringify(wrong) });

    expect(answer.status).toBe(400);
    expect([...wrongFields(answer)].sort()).toEqual(Object.keys(wrong).sort());
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test.each([
    [
      'a time 5 minutes and a second ago',
      () => ({ timestamp: new Date(planes.nowMs() - 301_000).toISOString() }),
      ['timestamp'],
    ],
    [
      'a time 5 minutes and a second ahead',
      () => ({ timestamp: new Date(planes.nowMs() + 302_000).toISOString() }),
      ['timestamp'],
    ],
    ['a time without offset', () => ({ timestamp: '2026-05-11T15:19:31' }), ['timestamp']],
    ['29 seconds to live', () => ({ ttl_seconds: 29 }), ['ttl_seconds']],
    ['86,401 seconds to live', () => ({ ttl_seconds: 86_401 }), ['ttl_seconds']],
    ['a fraction of a second', () => ({ ttl_seconds: 60.5 }), ['ttl_seconds']],
    ['a number as text', () => ({ ttl_seconds: '600' }), ['ttl_seconds']],
    ['a token in capitals', () => ({ token: TOKEN.toUpperCase() }), ['token']],
    ['an octal address', () => ({ origin_ip: '0127.0.0.1' }), ['origin_ip']],
    ['a network for an address', () => ({ origin_ip: '10.0.0.0/8' }), ['origin_ip']],
    ['a host with its port', () => ({ host: `${JET_HOST}:8080` }), ['host']],
    ['a confirm page over plain http', () => ({ confirm_url: 'http://confirm.example.net/x' }), ['confirm_url']],
    ['a confirm page with a NUL', () => ({ confirm_url: 'https://confirm.example.net/\u0000' }), ['confirm_url']],
    ['a confirm page turned around', () => ({ confirm_url: 'https://confirm.example.net/\u202e' }), ['confirm_url']],
    ['a confirm page with a password', () => ({ confirm_url: 'https://a:b@confirm.example.net/x' }), ['confirm_url']],
  ] as const)('%s', async (_name, change, fields) => {
    const answer = await post(change());

    expect(answer.status).toBe(400);
    expect(wrongFields(answer)).toEqual(fields);
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test.each([
    ['the least time to live', { ttl_seconds: 30 }],
    ['the most time to live', { ttl_seconds: 86_400 }],
  ])('%s is taken', async (_name, change) => {
    expect((await post(change)).status).toBe(200);
  });

  test.each([
    ['no JSON', '{"token":'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
  ])('%s', async (_name, body) => {
    const answer = await post({}, { body });

    expect(answer.status).toBe(400);
    expect(json(answer)['code']).toBe('bad_json');
  });

  test.each(['null', '[]', '"text"', '7'])('%s is no object', async (body) => {
    const answer = await post({}, { body });

    expect(answer.status).toBe(400);
    expect(json(answer)['error']).toContain('JSON object');
  });
});

describe('refusals', () => {
  test.each([
    ['no bearer', null],
    ['a wrong bearer', 'wrong'],
    ["the start of a producer's bearer", JET_BEARER.slice(0, -1)],
  ])('%s is 401, before a byte of the body is judged', async (_name, bearer) => {
    const answer = await post({}, { bearer, body: 'not json' });

    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test('a host outside the patterns and an unknown admin are 422, both named', async () => {
    const answer = await post({ host: 'elsewhere.example.net', admin: 'nobody@example.org' });

    expect(answer.status).toBe(422);
    expect(wrongFields(answer)).toEqual(['host', 'admin']);
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test("an approver whom the producer's table does not name is 422", async () => {
    const answer = await post({ admin: 'bob@example.org' }, { bearer: FLY_BEARER });

    expect(answer.status).toBe(422);
    expect(wrongFields(answer)).toEqual(['admin']);
  });

  test('a host below a pattern is taken; the end of a longer name is not', async () => {
    expect((await post({ host: 'a.b.apps.example.net' })).status).toBe(200);
    expect((await post({ host: 'evilapps.example.net', token: 'a'.repeat(32) })).status).toBe(422);
    expect((await post({ host: 'apps.example.net', token: 'b'.repeat(32) })).status).toBe(422);
  });

  test("the koder_id endpoint wants channels in the producer's table", async () => {
    const answer = await post({}, { endpoint: KODER_ID });

    expect(answer.status).toBe(422);
    expect(json(answer)['error']).toContain('notifiers');
    expect((await post({}, { endpoint: KODER_ID, bearer: FLY_BEARER })).status).toBe(200);
  });

  test("another producer's token is 409", async () => {
    await post();

    const answer = await post({}, { bearer: FLY_BEARER });

    expect(answer.status).toBe(409);
    expect((await planes.store.requests())[0]?.producer).toBe('jet');
  });

  test('everybody at the cap is 429 and says when to come back', async () => {
    for (let asked = 0; asked < 10; asked += 1) await post({ token: String(asked).repeat(32) });

    const answer = await post({ token: 'f'.repeat(32) });

    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(600);
    expect(await planes.store.requests()).toHaveLength(10);
  });

  test('a muted host is 429 of its own, and says when to come back', async () => {
    const operators = { actor: { kind: 'operator', name: 'root' }, surface: 'cli', tapId: 'mute-1' } as const;
    await planes.desk.mute({ ...operators, what: HOST, ttlSeconds: 120 });

    const answer = await post({ host: HOST });

    expect(answer.status).toBe(429);
    expect(json(answer)['code']).toBe('muted');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(60);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(120);
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test('too large is 413, by its length', async () => {
    expect((await post({}, { body: Buffer.alloc(262_145, 32) })).status).toBe(413);
  });

  test('too large is 413, counted when chunked', async () => {
    const answer = await chunked(300_000);

    expect(answer).toContain('HTTP/1.1 413');
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test('exactly the limit is read', async () => {
    const text = JSON.stringify(payload());

    expect((await post({}, { body: text + ' '.repeat(262_144 - text.length) })).status).toBe(200);
  });
});

describe('a caller that cannot be judged', () => {
  const undecided: Authenticator = { authenticate: () => Promise.resolve({ kind: 'unavailable' }) };

  test('is told to come back, and nothing is opened', async () => {
    await planes.stop();
    planes = await startPlanes({ authenticator: undecided });

    const answer = await post();

    expect(answer.status).toBe(503);
    expect(json(answer)['code']).toBe('caller_undecided');
    expect(answer.headers['retry-after']).toBe('1');
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test('is let in by another proof that is good', async () => {
    await planes.stop();
    const known: Authenticator = {
      authenticate: () =>
        Promise.resolve({ kind: 'caller', producer: 'jet', identity: 'jet/thread 42', untilMs: null }),
    };
    planes = await startPlanes({ authenticator: inOrder([undecided, known]) });

    expect((await post()).status).toBe(200);
    const [opened] = await planes.store.ledger.audit.recent(1);
    expect(opened).toMatchObject({ who: 'jet', what: 'opened', detail: { caller: 'jet/thread 42' } });
  });

  test('is not sent away because another way of proof found nothing', async () => {
    await planes.stop();
    const stranger: Authenticator = { authenticate: () => Promise.resolve({ kind: 'unknown' }) };
    planes = await startPlanes({ authenticator: inOrder([stranger, undecided, stranger]) });

    expect((await post()).status).toBe(503);
  });

  test('of a producer that has left sites.toml is nobody', async () => {
    await planes.stop();
    const gone: Authenticator = {
      authenticate: () => Promise.resolve({ kind: 'caller', producer: 'gone', identity: 'gone', untilMs: null }),
    };
    planes = await startPlanes({ authenticator: gone });

    expect((await post()).status).toBe(401);
  });
});

describe('503 within 2 s', () => {
  test('a ledger that hangs', async () => {
    planes.store.behave('hangs');
    const startMs = performance.now();

    const answer = await post();

    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  test('a ledger that is away', async () => {
    planes.store.behave('away');

    expect((await post()).status).toBe(503);
    expect((await get(`${TALK}/${TOKEN}`)).status).toBe(503);
  });

  test('a body that does not come', async () => {
    const startMs = performance.now();

    const answer = await chunked(10, { isEndless: true });

    expect(answer).toContain('HTTP/1.1 503');
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});

describe('state and withdrawal', () => {
  test('the producer that owns it reads the state, over either endpoint', async () => {
    await post();
    await planes.desk.decide({
      id: 'cli-1',
      verdict: 'approve',
      ref: { by: 'id', id: (await planes.store.requests())[0]?.id ?? ('' as never) },
      actor: { kind: 'operator', name: 'root' },
      surface: 'cli',
    });

    const answer = await get(`${KODER_ID}/${TOKEN}`);

    expect(answer.status).toBe(200);
    expect(json(answer)).toMatchObject({
      status: 'approved',
      decided_by: 'operator:root',
      decided_over: 'cli',
      granted_until: null,
    });
  });

  test('for everybody else there is no such request', async () => {
    await post();

    expect((await get(`${TALK}/${TOKEN}`, FLY_BEARER)).status).toBe(404);
    expect((await get(`${TALK}/${'0'.repeat(32)}`)).status).toBe(404);
    expect((await get(`${TALK}/short`)).status).toBe(404);
    expect((await get(`${TALK}/${TOKEN}`, 'wrong')).status).toBe(401);
  });

  test('looking leaves no trace', async () => {
    await post();
    const before = planes.store.snapshot();

    await get(`${TALK}/${TOKEN}`);
    await get(`${TALK}/${TOKEN}`, FLY_BEARER);

    expect(planes.store.snapshot()).toBe(before);
  });

  test('its producer withdraws it, twice with the same effect', async () => {
    await post();
    const path = `${TALK}/${TOKEN}/withdraw`;

    const foreign = await post({}, { endpoint: path, bearer: FLY_BEARER, body: '' });
    const first = await post({}, { endpoint: path, body: '' });
    const second = await post({}, { endpoint: path, body: '' });

    expect(foreign.status).toBe(409);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(json(second)).toMatchObject({ status: 'withdrawn', decided_by: 'jet' });
  });

  test('what has its outcome is not withdrawn any more: 409 says how it ended', async () => {
    await post();
    await planes.desk.decide({
      id: 'cli-1',
      verdict: 'deny',
      ref: { by: 'id', id: (await planes.store.requests())[0]?.id ?? ('' as never) },
      actor: { kind: 'operator', name: 'root' },
      surface: 'cli',
    });

    const answer = await post({}, { endpoint: `${TALK}/${TOKEN}/withdraw`, body: '' });

    expect(answer.status).toBe(409);
    expect(json(answer)).toMatchObject({ code: 'already_ended', status: 'denied' });
  });
});

/** A raw chunked post; answers what came back. Endless: the last chunk never comes. */
function chunked(sizeBytes: number, { isEndless = false } = {}): Promise<string> {
  const { port } = new URL(planes.publicUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes.toString();
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(
      `POST ${TALK} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${JET_BEARER}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    for (let sent = 0; sent < sizeBytes; sent += 10_000)
      socket.write(`${(10_000).toString(16)}\r\n${' '.repeat(10_000)}\r\n`);
    if (!isEndless) socket.write('0\r\n\r\n');
  });
}
