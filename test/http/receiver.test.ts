/** The webhook receiver: 200 is said for nothing but a durable request, whose producer reads and withdraws it. */
import { describe, expect, test } from '@jest/globals';
import { FLY_BEARER, JET_HOST } from '../fixtures/http/planes.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { get, json, KODER_ID, payload, post, TALK, TOKEN } from '../fixtures/http/receiver-calls.js';
import { signedInBrowser, textOf } from '../fixtures/http/visitor-client.js';

openPlanes();

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

describe('state and withdrawal', () => {
  test('the producer that owns it reads the state, over either endpoint', async () => {
    await post();
    await planes.desk.decide({
      tapId: 'cli-1',
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

  test('who denied it reads that its producer is told, and nothing of a visitor’s page of this gate', async () => {
    await post();
    const id = (await planes.store.requests())[0]?.id ?? ('' as never);
    const by = { actor: { kind: 'operator', name: 'root' }, surface: 'cli' } as const;
    await planes.desk.decide({ ...by, tapId: 'cli-1', verdict: 'deny', ref: { by: 'id', id } });

    const page = textOf((await (await signedInBrowser(planes)).get(`/requests/${id}`)).text);

    expect(page).toContain('The outcome is told to whoever asked.');
    expect(page).not.toContain('visitor’s page');
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
      tapId: 'cli-1',
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
