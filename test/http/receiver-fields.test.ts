/** The webhook receiver: 400 names every wrong field. */
import { describe, expect, test } from '@jest/globals';
import { JET_HOST } from '../fixtures/http/planes.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { json, post, TOKEN, wrongFields } from '../fixtures/http/receiver-calls.js';

openPlanes();

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

  test('the first 50 of as many as fit, and nobody waits for it', async () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${String(at)}`, 1]));

    const answer = await post({}, { body: JSON.stringify(many) });

    expect(answer.status).toBe(400);
    expect(wrongFields(answer)).toHaveLength(50);
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
