/** What is left of a refused call, what is not, and what an operator can do with it. */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../../src/approval/brand.js';
import type { DeadLetterLine, DeadLetterPage } from '../../../src/contract/admin.js';
import { ADMIN_TOKEN, FLY_BEARER, JET_BEARER, JET_HOST, type PlanesWish } from '../planes.js';
import { call, type Answer } from '../visitor-client.js';
import { openTalkPlane, rawCall, type TalkPlane } from './talk-plane.js';

const PRODUCERS = '/api/v1/bots/koder-gate/approvals';
const FLOOD = 200;

let opened: TalkPlane | null = null;
afterEach(async () => {
  await opened?.stop();
  opened = null;
});

async function open(wish: PlanesWish = {}): Promise<TalkPlane> {
  return (opened = await openTalkPlane(wish));
}

describe('a refused call leaves a letter', () => {
  test('with its reason, source, time, address, and the name that its answer and the log have for it', async () => {
    const plane = await open({ trustedProxies: ['127.0.0.1/32'] });
    const { headers, body } = plane.tap({ isForged: true });

    const answer = await plane.send({ headers: { ...headers, 'x-forwarded-for': '2001:db8:1:2::7' }, body });

    const [letter] = await plane.letters();
    expect(letter).toMatchObject({
      source: 'talk',
      reason: 'signature_wrong',
      callId: answer.headers['x-request-id'],
      address: '2001:db8:1:2::/64',
      bodyBytes: body.length,
      bodyHash: createHash('sha256').update(body).digest('hex'),
      unrecorded: 0,
    });
    expect(Math.abs((letter?.atMs ?? 0) - plane.planes.nowMs())).toBeLessThan(5_000);
    expect(letter?.callId).toMatch(/^[0-9a-z]{20}$/);
    expect(plane.logged()).toContain(String(answer.headers['x-request-id']));
  });

  test('of the headers, those that are allowed, a signature to its first twelve characters', async () => {
    const plane = await open();
    const { headers, body } = plane.tap({ isForged: true, id: 'tap_1' });
    const others = { cookie: 'session=hunter2', authorization: 'Bearer hunter2', 'user-agent': 'x'.repeat(900) };

    await plane.send({ headers: { ...headers, ...others }, body });

    const [letter] = await plane.letters();
    expect(letter?.headers).toEqual({
      'content-type': 'application/json',
      'content-length': String(body.length),
      'user-agent': 'x'.repeat(200),
      'webhook-id': 'tap_1',
      'webhook-timestamp': headers['webhook-timestamp'],
      'webhook-signature': headers['webhook-signature']?.slice(0, 12),
    });
  });

  test('of an unsigned body, no more than its size and hash', async () => {
    const plane = await open();

    await plane.forge(1);

    expect((await plane.letters()).map(({ sealedBody }) => sealedBody)).toEqual([null]);
  });

  test('of a body that was not read whole, no hash', async () => {
    const plane = await open();

    await rawCall(plane.planes, `POST /talk/events HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n`);

    expect(await plane.letters()).toMatchObject([{ reason: 'too_large', bodyBytes: 300_000, bodyHash: '' }]);
  });

  test('of a signed one that is not as it should be, the body, sealed', async () => {
    const plane = await open();

    await plane.send(plane.signed('{"type":"hunter2"}'));

    const [letter] = await plane.letters();
    expect(letter?.reason).toBe('malformed');
    expect(letter?.sealedBody).toMatch(/^[0-9a-f]{8}\./);
    expect(plane.planes.store.rows()).not.toContain('hunter2');
    expect(Buffer.from(letter?.sealedBody ?? '', 'base64url').toString('latin1')).not.toContain('hunter2');
    expect(plane.logged()).not.toContain('hunter2');
  });

  test('of a signed one that the database kept from being carried out, too, though Talk was answered 200', async () => {
    const plane = await open();
    const { token } = await plane.planes.knock();
    plane.planes.store.behave('away', { but: ['deadLetters'] });

    const answer = await plane.send(plane.tap({ token }));

    expect(answer.status).toBe(200);
    expect(await plane.letters()).toMatchObject([{ source: 'talk', reason: 'unavailable' }]);
  });

  test('none, where all is well', async () => {
    const plane = await open();

    await plane.send(plane.tap());

    expect(await plane.letters()).toEqual([]);
  });

  test.each([
    ['no bearer', {}, 'unknown_producer'],
    ['a wrong bearer', { authorization: 'Bearer hunter2-hunter2' }, 'unknown_producer'],
    ['an encoded body', { authorization: `Bearer ${JET_BEARER}`, 'content-encoding': 'gzip' }, 'encoded'],
  ])('a producer with %s, and nothing of the bearer is in it', async (_name, headers, reason) => {
    const plane = await open();

    const answer = await call(plane.planes.publicUrl + PRODUCERS, { method: 'POST', headers, body: '{}' });

    const letters = await plane.letters();
    expect(letters).toMatchObject([
      { source: 'producer', reason, callId: answer.headers['x-request-id'], sealedBody: null },
    ]);
    expect(plane.planes.store.rows()).not.toMatch(/hunter2|bearer/i);
  });
});

describe('a flood', () => {
  test('leaves ten letters a minute of its kind, and the next says how many it stands for', async () => {
    const plane = await open({ failuresPerMinute: FLOOD + 1 });

    await plane.forge(FLOOD);
    plane.planes.advance(60_001);
    await plane.forge(1);

    const letters = await plane.letters();
    expect(letters.map(({ unrecorded }) => unrecorded)).toEqual([...Array<number>(10).fill(0), FLOOD - 10]);
  });

  test('of one kind hides no other', async () => {
    const plane = await open({ failuresPerMinute: 20 });
    await plane.forge(50);

    await plane.send({ ...plane.tap(), method: 'GET' });

    const reasons = (await plane.letters()).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['signature_wrong', 'rate_limited', 'method_not_allowed']));
  });

  test('is counted whole for the metrics', async () => {
    const plane = await open({ failuresPerMinute: 20 });

    await plane.forge(50);

    const { text } = await asOperator(plane, '/metrics');
    expect(text).toContain('koder_gate_refused_calls_total{source="talk",reason="signature_wrong"} 20');
    expect(text).toContain('koder_gate_refused_calls_total{source="talk",reason="rate_limited"} 30');
    expect(text).toContain('koder_gate_dead_letters_lost_total 0');
  });
});

describe('a database that cannot take letters', () => {
  test('costs letters and no answer, and the next letter counts them', async () => {
    const plane = await open();
    plane.planes.store.behave('away');
    const statuses = await plane.forge(3);

    plane.planes.store.behave('well');
    await plane.planes.settled();
    await plane.forge(1);

    expect(statuses).toEqual([401, 401, 401]);
    expect((await plane.letters()).map(({ unrecorded }) => unrecorded)).toEqual([3]);
    expect((await asOperator(plane, '/metrics')).text).toContain('koder_gate_dead_letters_lost_total 3');
  });

  test('that hangs delays nobody', async () => {
    const plane = await open({ failuresPerMinute: 1_000 });
    plane.planes.store.behave('hangs');
    const startMs = performance.now();

    const statuses = [...(await plane.forge(10)), (await plane.send(plane.tap({ isForged: true }))).status];

    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});

describe('an operator', () => {
  test('lists them newest first, in pages', async () => {
    const plane = await open();
    await plane.forge(3);
    const letters = await plane.letters();

    const first = json(await asOperator(plane, '/v1/dead-letters?limit=2')) as DeadLetterPage;
    const second = json(
      await asOperator(plane, `/v1/dead-letters?limit=2&before=${String(first.before)}`),
    ) as DeadLetterPage;

    const ids = [...first.letters, ...second.letters].map(({ id }) => id);
    expect(ids).toEqual(letters.map(({ id }) => id).reverse());
    expect([first.letters.length, second.before]).toEqual([2, null]);
  });

  test('sees of a body its size and hash, and the body itself only by asking for it, which is audited', async () => {
    const plane = await open();
    await plane.send(plane.signed('{"type":"hunter2"}'));
    const [letter] = await plane.letters();
    const path = `/v1/dead-letters/${String(letter?.id)}`;

    const shown = await asOperator(plane, path);
    const body = json(await asOperator(plane, `${path}/body`, 'eve')) as { base64: string };

    expect(json(shown) as DeadLetterLine).toMatchObject({ reason: 'malformed', isSigned: true, bodyBytes: 18 });
    expect(shown.text).not.toContain('hunter2');
    expect(Buffer.from(body.base64, 'base64').toString()).toBe('{"type":"hunter2"}');
    expect(await audited(plane)).toEqual([['operator:eve', 'dead_letter_read']]);
  });

  test.each(['body', 'redrive'])('gets no %s of what is unsigned, and none of what is not there', async (verb) => {
    const plane = await open();
    await plane.forge(1);
    const [letter] = await plane.letters();

    const unsigned = await asOperator(plane, `/v1/dead-letters/${String(letter?.id)}/${verb}`, 'eve');
    const absent = await asOperator(plane, `/v1/dead-letters/99999/${verb}`, 'eve');

    expect([unsigned.status, absent.status]).toEqual([409, 404]);
    expect(await audited(plane)).toEqual([]);
  });

  test.each(['?limit=0', '?limit=101', '?limit=x', '?before=-1', '?before='])(
    'is told what a page is: %s',
    async (query) => {
      const plane = await open();

      expect((await asOperator(plane, `/v1/dead-letters${query}`)).status).toBe(400);
    },
  );

  test('is the only one who may', async () => {
    const plane = await open();
    const calls = [
      ['GET', '/v1/dead-letters'],
      ['GET', '/v1/dead-letters/1'],
      ['POST', '/v1/dead-letters/1/body'],
      ['POST', '/v1/dead-letters/1/redrive'],
    ] as const;

    const statuses = [];
    for (const [method, path] of calls) statuses.push((await call(plane.planes.adminUrl + path, { method })).status);

    expect(statuses).toEqual([401, 401, 401, 401]);
  });
});

describe('redriven', () => {
  test('a tap that an outage kept from the ledger decides, once, and is audited', async () => {
    const plane = await open();
    const { token, id } = await plane.planes.knock();
    plane.planes.store.behave('away', { but: ['deadLetters'] });
    await plane.send(plane.tap({ token }));
    const [letter] = await plane.letters();
    plane.planes.store.behave('well');

    const first = await redrive(plane, letter?.id);
    const second = await redrive(plane, letter?.id);

    expect([first, second].map((answer) => json(answer))).toEqual([
      { isDone: true, outcome: 'done' },
      { isDone: true, outcome: 'done' },
    ]);
    const request = await plane.planes.store.ledger.requests.byId(id as RequestId);
    expect(request?.decision).toMatchObject({ outcome: 'approved', over: 'talk' });
    expect((await plane.letters())[0]?.redriven).toMatchObject({ by: 'operator:eve', outcome: 'done' });
    expect((await audited(plane)).filter(([, what]) => what === 'decided')).toHaveLength(1);
    expect((await audited(plane)).filter(([, what]) => what === 'dead_letter_redrive')).toHaveLength(2);
  });

  test('what is still malformed is not carried out, and says so', async () => {
    const plane = await open();
    await plane.send(plane.signed('{"type":"else"}'));
    const [letter] = await plane.letters();

    expect(json(await redrive(plane, letter?.id))).toEqual({ isDone: false, outcome: 'not_done' });
  });

  test("a producer's request opens, judged by the time it came", async () => {
    const plane = await open();
    plane.planes.store.behave('away', { but: ['deadLetters'] });
    const refused = await produce(plane, '7'.repeat(32));
    const [letter] = await plane.letters();
    plane.planes.store.behave('well');
    plane.planes.advance(30 * 60_000);

    const answers = [await redrive(plane, letter?.id), await redrive(plane, letter?.id)];

    expect(refused.status).toBe(503);
    expect(letter).toMatchObject({ source: 'producer', reason: 'unavailable' });
    expect(answers.map((answer) => json(answer))).toEqual([
      { isDone: true, outcome: 'done' },
      { isDone: true, outcome: 'done' },
    ]);
    expect(await plane.planes.store.requests()).toMatchObject([{ producer: 'jet', host: JET_HOST }]);
  });

  test("a producer's request that is still outside of what it may ask is not opened", async () => {
    const plane = await open();
    await produce(plane, '8'.repeat(32), { host: 'elsewhere.example.net' });
    const [letter] = await plane.letters();

    expect(letter?.reason).toBe('malformed');
    expect(json(await redrive(plane, letter?.id))).toEqual({ isDone: false, outcome: 'not_yours' });
  });

  test('a withdrawal that could not be written is made up for', async () => {
    const plane = await open();
    const token = '9'.repeat(32);
    await produce(plane, token);
    plane.planes.store.behave('away', { but: ['deadLetters'] });
    await call(`${plane.planes.publicUrl}${PRODUCERS}/${token}/withdraw`, {
      method: 'POST',
      headers: { authorization: `Bearer ${JET_BEARER}` },
    });
    const [letter] = await plane.letters();
    plane.planes.store.behave('well');

    expect(json(await redrive(plane, letter?.id))).toEqual({ isDone: true, outcome: 'done' });
    expect((await plane.planes.store.requests())[0]?.decision?.outcome).toBe('withdrawn');
  });

  test('answers that are no failure leave nothing to redrive', async () => {
    const plane = await open();
    const token = '6'.repeat(32);
    await produce(plane, token);

    const foreign = await call(`${plane.planes.publicUrl}${PRODUCERS}/${token}`, {
      headers: { authorization: `Bearer ${FLY_BEARER}` },
    });

    expect(foreign.status).toBe(404);
    expect(await plane.letters()).toEqual([]);
  });
});

/** Reads; with an operator's name, acts. */
function asOperator(plane: TalkPlane, path: string, operator?: string): Promise<Answer> {
  return call(plane.planes.adminUrl + path, {
    method: operator === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    ...(operator === undefined ? {} : { body: JSON.stringify({ operator }) }),
  });
}

function redrive(plane: TalkPlane, id: number | undefined): Promise<Answer> {
  return asOperator(plane, `/v1/dead-letters/${String(id)}/redrive`, 'eve');
}

function produce(plane: TalkPlane, token: string, over: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  const payload = {
    token,
    host: JET_HOST,
    environment: 'stg',
    origin_ip: '189.45.12.30',
    user_agent: 'Mozilla/5.0',
    timestamp: new Date(plane.planes.nowMs()).toISOString(),
    admin: 'ada@example.org',
    ttl_seconds: 600,
    ...over,
  };
  return call(plane.planes.publicUrl + PRODUCERS, {
    method: 'POST',
    headers: { authorization: `Bearer ${JET_BEARER}` },
    body: JSON.stringify(payload),
  });
}

/** Oldest first: who did what. */
async function audited(plane: TalkPlane): Promise<readonly (readonly [string, string])[]> {
  const rows = await plane.planes.store.ledger.audit.recent(100);
  return [...rows].reverse().map(({ who, what }) => [who, what] as const);
}

function json({ text }: Answer): unknown {
  return JSON.parse(text);
}
