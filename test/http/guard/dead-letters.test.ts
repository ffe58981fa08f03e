/** What is left of a refused call, and what is not; of a flood of them; and while the database cannot take it. */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../fixtures/time/eventually.js';
import { JET_BEARER, type PlanesInput } from '../../fixtures/http/planes.js';
import { call } from '../../fixtures/http/visitor-client.js';
import { asOperator, PRODUCERS } from './operator.js';
import { openTalkPlane, rawCall, type TalkPlane } from './talk-plane.js';

const FLOOD = 200;

let opened: TalkPlane | null = null;
afterEach(async () => {
  await opened?.stop();
  opened = null;
});

async function open(input: PlanesInput = {}): Promise<TalkPlane> {
  return (opened = await openTalkPlane(input));
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
    const { token } = await plane.planes.accessRequest();
    plane.planes.store.behave('away', { but: ['deadLetters'] });

    const answer = await plane.send(plane.tap({ token }));

    expect(answer.status).toBe(200);
    expect(await plane.letters()).toMatchObject([{ source: 'talk', reason: 'unavailable' }]);
  });

  test('of a signed one whose caller did not wait for the answer', async () => {
    const plane = await open();
    plane.planes.store.behave('hangs', { but: ['deadLetters'] });
    const { headers, body } = plane.tap();
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);

    await hangUp(
      plane,
      `POST /talk/events HTTP/1.1\r\nhost: x\r\ncontent-length: ${String(body.length)}\r\n${lines.join('')}\r\n${String(body)}`,
    );

    const [letter] = await eventually('the letter is written', () => someLetters(plane));
    expect(letter).toMatchObject({ source: 'talk', reason: 'unanswered' });
    expect(letter?.sealedBody).not.toBeNull();
  });

  test("one, and no more, where a producer's body does not come and its answer was given meanwhile", async () => {
    const plane = await open();
    const head = `POST ${PRODUCERS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${JET_BEARER}\r\ncontent-length: 10\r\n\r\n`;

    const answer = await rawCall(plane.planes, head);

    expect(answer).toContain('HTTP/1.1 503');
    expect(await plane.letters()).toMatchObject([{ source: 'producer', reason: 'unavailable', bodyHash: '' }]);
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

async function someLetters(plane: TalkPlane): Promise<Awaited<ReturnType<TalkPlane['letters']>> | null> {
  const letters = await plane.letters();
  return letters.length === 0 ? null : letters;
}

/** Sends a whole call and goes away once the receiver has had the time to believe it. */
async function hangUp(plane: TalkPlane, bytes: string): Promise<void> {
  const socket = connect(Number(new URL(plane.planes.publicUrl).port), '127.0.0.1');
  socket.write(bytes);
  await eventually('the desk is asked', () => plane.planes.store.isAsked());
  socket.destroy();
}
