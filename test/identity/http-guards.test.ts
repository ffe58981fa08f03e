/** What keeps a stranger's page from acting as a signed-in approver: the origin, the cookie's shape, the form's token. */
import { describe, expect, test } from '@jest/globals';
import { formToken, isFormToken } from '../../src/identity/sessions/form-token.js';
import { sameOrigin } from '../../src/identity/sessions/same-origin.js';
import { hostCookie } from '../../src/base/net/host-cookie.js';

const OURS = 'https://gate.example.org';

describe('a POST is from our own page', () => {
  test('when its origin is ours, and the browser says so where it says anything', () => {
    expect(sameOrigin(OURS, { origin: OURS })).toBe(true);
    expect(sameOrigin(OURS, { origin: OURS, 'sec-fetch-site': 'same-origin' })).toBe(true);
  });

  test.each([
    ['no origin', {}],
    ['no origin, whatever else', { 'sec-fetch-site': 'same-origin' }],
    ['an opaque origin', { origin: 'null' }],
    ['a sibling host', { origin: 'https://stg.example.org', 'sec-fetch-site': 'same-site' }],
    ['a host that begins like ours', { origin: `${OURS}.evil.net` }],
    ['another port', { origin: `${OURS}:8443` }],
    ['another scheme', { origin: 'http://gate.example.org' }],
    ['a browser that calls it same-site', { origin: OURS, 'sec-fetch-site': 'same-site' }],
    ['a browser that calls it typed in', { origin: OURS, 'sec-fetch-site': 'none' }],
    ['two verdicts', { origin: OURS, 'sec-fetch-site': ['same-origin', 'cross-site'] }],
    ['two origins', { origin: [OURS, 'https://evil.net'] }],
  ])('but not with %s', (_what, headers) => {
    expect(sameOrigin(OURS, headers)).toBe(false);
  });
});

describe('the session cookie', () => {
  test('is bound to the host and to https', () => {
    expect(hostCookie(OURS, { name: 'gate', maxAgeSeconds: 43_200 }).set('abc')).toBe(
      '__Host-gate=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=43200',
    );
  });

  test('goes without the prefix on loopback over http, where browsers refuse it', () => {
    expect(hostCookie('http://localhost:8080', { name: 'gate', maxAgeSeconds: 60 }).set('abc')).toBe(
      'gate=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
    );
  });

  test('is removed by the attributes it was set with', () => {
    expect(hostCookie(OURS, { name: 'gate', maxAgeSeconds: 60 }).clear()).toBe(
      '__Host-gate=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    );
  });

  test('is found among others', () => {
    expect(hostCookie(OURS, { name: 'gate', maxAgeSeconds: 60 }).read('a=1; __Host-gate=abc; gate=zzz')).toBe('abc');
  });

  test('without the prefix is no session on https: a sibling host could have planted it', () => {
    expect(hostCookie(OURS, { name: 'gate', maxAgeSeconds: 60 }).read('gate=abc')).toBeUndefined();
  });

  test('given twice is no session', () => {
    expect(
      hostCookie(OURS, { name: 'gate', maxAgeSeconds: 60 }).read('__Host-gate=abc; __Host-gate=def'),
    ).toBeUndefined();
    expect(hostCookie(OURS, { name: 'gate', maxAgeSeconds: 60 }).read(undefined)).toBeUndefined();
  });
});

describe("a form's token", () => {
  test('is genuine for its session and its purpose', () => {
    expect(isFormToken('key', 'decide', formToken('key', 'decide'))).toBe(true);
  });

  test.each([
    ['for another purpose', formToken('key', 'sign-out')],
    ['of another session', formToken('other', 'decide')],
    ['cut', formToken('key', 'decide').slice(0, -1)],
    ['given twice', [formToken('key', 'decide')]],
    ['missing', undefined],
    ['empty', ''],
  ])('is refused %s', (_what, presented) => {
    expect(isFormToken('key', 'decide', presented)).toBe(false);
  });
});
