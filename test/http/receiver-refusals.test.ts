/** The webhook receiver: whom and what it refuses, and what it says while it cannot answer. */
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { FLY_BEARER, HOST, JET_BEARER } from '../fixtures/http/planes.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { get, json, KODER_ID, payload, post, TALK, TOKEN, wrongFields } from '../fixtures/http/receiver-calls.js';

openPlanes();

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
