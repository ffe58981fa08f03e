/** Site tokens at the check, over a real socket: who passes by one, and how soon one is over. */
import { describe, expect, test } from '@jest/globals';
import type { SiteKey } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { newSiteToken } from '../../src/gate/check/tokens/site-token.js';
import { READ_EVERY_MS } from '../../src/gate/check/tokens/token-cache.js';
import { ask, directoryOf, forwarded, HOST, named, site, VISITOR } from '../fixtures/gate/running-gate.js';
import {
  bearer,
  check,
  clock,
  gate,
  mint,
  openTokenGate,
  OTHER,
  own,
  token,
  told,
} from '../fixtures/gate/token-gate.js';

const random = systemRandom();

function revoke(): void {
  gate.fixture.tokens.length = 0;
}

openTokenGate();

describe.each(['/auth/forward', '/auth/nginx/GET/', '/auth/envoy/'])('%s', (path) => {
  const yes = path.startsWith('/auth/envoy') ? 200 : 204;

  test('a token passes as a bearer, and the proxy is told to keep it from the site', async () => {
    const { status, headers } = await check(bearer(token), { path });

    expect(status).toBe(yes);
    expect(headers).toMatchObject({ 'x-gate-site': HOST, 'x-gate-address': VISITOR, 'x-gate-token': 'used' });
    expect([headers['x-gate-grant'], headers['x-gate-approver']]).toEqual(['', '']);
  });

  test("in the gate's own header it passes beside a bearer of the site's, which the proxy passes on", async () => {
    const { status, headers } = await check({ ...own(token), ...bearer('the-sites-own') }, { path });

    expect(status).toBe(yes);
    expect(headers).not.toHaveProperty('x-gate-token');
  });

  test('whoever passes by a grant and shows a token all the same does not show it to the site', async () => {
    gate.fixture.grant(HOST, VISITOR);

    expect((await check(bearer(token), { path })).headers).toMatchObject({ 'x-gate-token': 'used' });
    expect((await check(bearer('kgst_site_long-over'), { path })).headers).toMatchObject({ 'x-gate-token': 'used' });
    expect((await check(bearer('the-sites-own'), { path })).headers).not.toHaveProperty('x-gate-token');
  });
});

test('Envoy is told in its own words, and only where there is something to take off', async () => {
  const { headers } = await check(bearer(token), { path: '/auth/envoy/' });
  const without = await check(own(token), { path: '/auth/envoy/' });

  expect(headers['x-envoy-auth-headers-to-remove']).toBe('authorization,x-gate-token');
  expect(without.headers).not.toHaveProperty('x-envoy-auth-headers-to-remove');
});

test.each<[string, (right: string) => Record<string, string>]>([
  ['one that was never made', () => bearer(newSiteToken(random).revealText())],
  ['a beginning of one', (right) => bearer(right.slice(0, -1))],
  ['one with more behind it', (right) => bearer(`${right}x`)],
  ['one in other letters', (right) => bearer(right.toUpperCase())],
  ['one as a password', (right) => ({ authorization: `Basic ${right}` })],
  ['two that differ', (right) => ({ ...bearer(newSiteToken(random).revealText()), ...own(right) })],
  ["something else in the gate's own header", () => own('open')],
  ["a producer's token", () => bearer(`kgst_${'A'.repeat(43)}`)],
])('%s opens nothing', async (_what, headers) => {
  expect((await check(headers(token))).status).toBe(403);
});

test('a token is of its own site alone', async () => {
  expect((await check(bearer(token), { host: OTHER })).status).toBe(403);
  const ofOther = mint(OTHER);
  await told();
  expect((await check(bearer(ofOther), { host: OTHER })).status).toBe(204);
  expect((await check(bearer(ofOther))).status).toBe(403);
});

test('a token of a pattern is for every host that fits it, and one of a host for this host alone', async () => {
  const pattern = '*.preview.example.org';
  gate.directory = directoryOf([site({ key: pattern as SiteKey, domains: [pattern] })]);
  const [ofAll, ofOne] = [mint(pattern), mint('one.preview.example.org')];
  await told();
  const statuses = async (shown: string): Promise<readonly number[]> => [
    (await check(bearer(shown), { host: 'one.preview.example.org' })).status,
    (await check(bearer(shown), { host: 'two.preview.example.org' })).status,
  ];

  expect(await statuses(ofAll)).toEqual([204, 204]);
  expect(await statuses(ofOne)).toEqual([204, 403]);
  expect(await statuses(token)).toEqual([403, 403]);
  expect(new Set(gate.gate.passTallies().map((tally) => tally.site))).toEqual(new Set([pattern]));
});

test('two Authorization lines are none', async () => {
  const lines = Object.entries({ ...forwarded(), ...bearer(token) }).flat();

  const reply = await ask(gate.port, {
    path: named('/auth/forward'),
    headers: [...lines, 'authorization', `Bearer ${token}`],
  });

  expect(reply.status).toBe(403);
});

test('a token ends at its time', async () => {
  const short = mint(HOST, 60_000);
  await told();
  expect((await check(bearer(short))).status).toBe(204);

  await clock.advance(60_000);

  expect((await check(bearer(short))).status).toBe(403);
});

test('one that is revoked is over as soon as that is told', async () => {
  expect((await check(bearer(token))).status).toBe(204);
  revoke();
  gate.fixture.emit({ kind: 'site_tokens' });

  expect((await check(bearer(token))).status).toBe(403);
});

test('one that is revoked is over within seconds, where nobody tells', async () => {
  revoke();
  await clock.advance(READ_EVERY_MS);

  expect((await check(bearer(token))).status).toBe(403);
});

test('one that is made passes within seconds, where nobody tells', async () => {
  const made = mint();
  expect((await check(bearer(made))).status).toBe(403);

  await clock.advance(READ_EVERY_MS);

  expect((await check(bearer(made))).status).toBe(204);
});
