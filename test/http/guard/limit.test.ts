/** How often an address may fail: so often a minute at one receiver, whoever else calls, and success never counts. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { failureLimit } from '../../../src/http/public/guard/failure-limit.js';
import { JET_BEARER, type PlanesInput } from '../../fixtures/http/planes.js';
import { call } from '../../fixtures/http/visitor-client.js';
import { openTalkPlane, type TalkPlane } from './talk-plane.js';

const PRODUCERS = '/v1/auth-gate/approvals';

let plane: TalkPlane;
let opened: TalkPlane | null = null;
afterEach(async () => {
  await opened?.stop();
  opened = null;
});

async function open(input: PlanesInput = {}): Promise<TalkPlane> {
  return (opened = await openTalkPlane(input));
}

describe('sixty failures a minute and address, unless said otherwise', () => {
  test('the sixty-first is 429 and says for how long; a genuine call has to wait, too', async () => {
    plane = await open();

    const statuses = await plane.forge(61);
    const genuine = await plane.send(plane.tap());

    expect(statuses).toEqual([...Array<number>(60).fill(401), 429]);
    expect(genuine.status).toBe(429);
    expect(Number(genuine.headers['retry-after'])).toBeGreaterThan(30);
    expect(Number(genuine.headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  test('a minute after the first it is over, and being refused meanwhile does not lengthen it', async () => {
    plane = await open({ failuresPerMinute: 3 });
    await plane.forge(20);

    plane.planes.advance(60_001);

    expect((await plane.send(plane.tap())).status).toBe(200);
  });

  test('what succeeds never counts', async () => {
    plane = await open({ failuresPerMinute: 3 });

    for (let sent = 0; sent < 10; sent += 1) expect((await plane.send(plane.tap())).status).toBe(200);
    expect(await plane.forge(4)).toEqual([401, 401, 401, 429]);
  });

  test('what is refused after its signature counts against nobody', async () => {
    plane = await open({ failuresPerMinute: 3 });

    for (let sent = 0; sent < 10; sent += 1) await plane.send(plane.signed('{'));

    expect((await plane.send(plane.tap())).status).toBe(200);
  });

  test('many at once fail no oftener than one after the other', async () => {
    plane = await open({ failuresPerMinute: 20 });

    const answers = await Promise.all(Array.from({ length: 100 }, () => plane.send(plane.tap({ isForged: true }))));

    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(80);
  });

  test.each([
    ['too large', 413, { 'content-length': '300000' }],
    ['encoded', 415, { 'content-encoding': 'br' }],
    ['unsigned', 401, { 'webhook-signature': '' }],
  ])('a call that is %s counts', async (_name, status, headers) => {
    plane = await open({ failuresPerMinute: 1 });
    const talk = plane.tap();
    const body = status === 413 ? Buffer.alloc(300_000) : talk.body;

    const answer = await plane.send({ headers: { ...talk.headers, ...headers }, body });

    expect(answer.status).toBe(status);
    expect((await plane.send(plane.tap())).status).toBe(429);
  });
});

describe('an address', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });

  test('is what a trusted proxy says, and each has its own sixty', async () => {
    plane = await open({ failuresPerMinute: 2, trustedProxies: ['127.0.0.1/32'] });

    expect(await plane.forge(3, from('203.0.113.7'))).toEqual([401, 401, 429]);
    expect(await plane.forge(3, from('203.0.113.8'))).toEqual([401, 401, 429]);
    expect(await plane.forge(1, from('203.0.113.9, 203.0.113.8'))).toEqual([429]);
  });

  test('is the peer itself where no proxy is trusted, whatever it says', async () => {
    plane = await open({ failuresPerMinute: 2 });

    await plane.forge(2, from('203.0.113.7'));

    expect(await plane.forge(1, from('203.0.113.8'))).toEqual([429]);
  });

  test('of IPv6 is its /64', async () => {
    plane = await open({ failuresPerMinute: 2, trustedProxies: ['127.0.0.1/32'] });

    await plane.forge(1, from('2001:db8:1:2::1'));
    await plane.forge(1, from('2001:db8:1:2:ffff::2'));

    expect(await plane.forge(1, from('2001:db8:1:2::3'))).toEqual([429]);
    expect(await plane.forge(1, from('2001:db8:1:3::3'))).toEqual([401]);
  });

  test('that is none is one for all of them', async () => {
    plane = await open({ failuresPerMinute: 2, trustedProxies: ['127.0.0.1/32'] });

    await plane.forge(2, from('not-an-address'));

    expect(await plane.forge(1, from('nor-is-this'))).toEqual([429]);
    expect(await plane.forge(1, from('203.0.113.7'))).toEqual([401]);
  });

  test('may fail at one receiver and be welcome at another', async () => {
    plane = await open({ failuresPerMinute: 2 });
    await plane.forge(3);

    const producer = await call(`${plane.planes.publicUrl}${PRODUCERS}/${'0'.repeat(32)}`, {
      headers: { authorization: `Bearer ${JET_BEARER}` },
    });

    expect(producer.status).toBe(404);
  });
});

test('producers are under the same limit', async () => {
  plane = await open({ failuresPerMinute: 2 });
  const ask = (bearer: string) =>
    call(`${plane.planes.publicUrl}${PRODUCERS}`, { method: 'POST', headers: { authorization: `Bearer ${bearer}` } });

  const answers = [await ask('x'), await ask('y'), await ask(JET_BEARER)];

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 429]);
  expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
});

describe('the memory of it is bounded', () => {
  test('however many addresses fail, the one that failed first is forgotten', () => {
    const limit = failureLimit({ failuresPerMinute: 1, maxWindows: 3, clock: { monotonicMs: () => 0 } });

    for (const address of ['a', 'b', 'c', 'd']) limit.count('talk', address);

    expect(['a', 'b', 'c', 'd'].map((address) => limit.waitMs('talk', address) > 0)).toEqual([false, true, true, true]);
  });

  test('what is over makes room before anybody is forgotten', () => {
    let nowMs = 0;
    const limit = failureLimit({ failuresPerMinute: 1, maxWindows: 3, clock: { monotonicMs: () => nowMs } });
    limit.count('talk', 'a');
    nowMs = 59_000;
    limit.count('talk', 'b');
    limit.count('talk', 'c');

    nowMs = 60_000;
    limit.count('talk', 'd');

    expect(['a', 'b', 'c', 'd'].map((address) => limit.waitMs('talk', address))).toEqual([0, 59_000, 59_000, 60_000]);
  });
});
