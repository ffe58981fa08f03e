/** Service tokens over the admin plane, and what they are worth at the receiver: both planes on real sockets, a real ledger. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import type { MintedServiceToken, ServiceTokenLine } from '../../src/contract/service-tokens.js';
import { createCallers } from '../../src/http/receiver/callers.js';
import { ADMIN_TOKEN, JET_HOST, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { testLedger } from '../fixtures/databases/test-ledger.js';
import { call, type Answer } from '../fixtures/http/visitor-client.js';

const PATH = '/v1/service-tokens';
const NONE = { bearers: [], hmac: null, verifier: null, certificates: null };

let planes: Planes;
beforeEach(async () => {
  const { ledger } = await testLedger();
  const proofs = new Map([['jet', { ...NONE, serviceTokens: true }]]);
  const clock = systemClock();
  const parts = {
    proofs: () => proofs,
    serviceTokens: ledger.serviceTokens,
    trustedProxies: [],
    clock,
    log: silentLog,
  };
  const services = new Map([['portal', ['koder']]]);
  planes = await startPlanes({ authenticator: createCallers(parts), services });
});
afterEach(() => planes.stop());

function admin(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  return call(planes.adminUrl + path, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function mint(change: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  return admin('POST', PATH, { producer: 'jet', label: 'staging', ttlSeconds: 3_600, operator: 'ada', ...change });
}

async function minted(): Promise<MintedServiceToken> {
  return JSON.parse((await mint()).text) as MintedServiceToken;
}

async function open(bearer: string): Promise<number> {
  const body = JSON.stringify({
    token: '8c7d2a9e1b3f4a0c5e6d8b9a7c1d2e3f',
    host: JET_HOST,
    environment: 'stg',
    origin_ip: '189.45.12.30',
    user_agent: 'Mozilla/5.0',
    timestamp: new Date(planes.nowMs()).toISOString(),
    admin: 'ada@example.org',
    ttl_seconds: 600,
  });
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const url = `${planes.publicUrl}/api/v1/bots/koder-gate/approvals`;
  return (await call(url, { method: 'POST', headers, body })).status;
}

test('a token may last ten years', async () => {
  expect((await mint({ ttlSeconds: 3_650 * 86_400 })).status).toBeLessThan(300);
});

test('a token is told once, works at the receiver, and is listed without itself', async () => {
  const made = await minted();

  expect(made).toMatchObject({ producer: 'jet', label: 'staging', state: 'live', lastUsedAt: null, revokedAt: null });
  expect(made.token).toMatch(/^kgst_[A-Za-z0-9_-]{43}$/);
  expect(Date.parse(made.expiresAt ?? '') - Date.parse(made.createdAt)).toBe(3_600_000);
  expect(await open(made.token)).toBe(200);
  const list = (await admin('GET', PATH)).text;
  expect(list).not.toContain(made.token);
  const [listed] = (JSON.parse(list) as { tokens: ServiceTokenLine[] }).tokens;
  expect(listed).toMatchObject({ id: made.id, state: 'live' });
  expect(listed?.lastUsedAt).not.toBeNull();
});

test('a token that is revoked is worth nothing from then on, and the audit says who made and who ended it', async () => {
  const made = await minted();

  const revoked = await admin('POST', `${PATH}/${made.id}/revoke`, { operator: 'grace' });

  expect(JSON.parse(revoked.text)).toMatchObject({ id: made.id, state: 'revoked' });
  expect(await open(made.token)).toBe(401);
  const trail = (await planes.store.ledger.audit.recent(2)).map(({ who, what, detail }) => ({ who, what, detail }));
  expect(trail).toMatchObject([
    { who: 'operator:grace', what: 'service_token_revoked', detail: { token: made.id, producer: 'jet' } },
    { who: 'operator:ada', what: 'service_token_minted', detail: { token: made.id, label: 'staging' } },
  ]);
  expect(JSON.stringify(trail)).not.toContain(made.token);
});

test('a second revocation finds nothing to revoke, and neither does one of an unknown id', async () => {
  const { id } = await minted();
  await admin('POST', `${PATH}/${id}/revoke`, { operator: 'ada' });

  const answers = [
    await admin('POST', `${PATH}/${id}/revoke`, { operator: 'ada' }),
    await admin('POST', `${PATH}/nothing/revoke`, { operator: 'ada' }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
});

test('without an end it lives until it is revoked', async () => {
  const answer = await mint({ ttlSeconds: null });

  expect(JSON.parse(answer.text)).toMatchObject({ expiresAt: null, state: 'live' });
});

test.each([
  ['an unknown producer is refused with the nearest name', { producer: 'jett' }, 'Did you mean jet?'],
  ['one that is near nobody, without a guess', { producer: 'something-else' }, 'in sites.toml.'],
  ['one whose table says that it takes none', { producer: 'fly' }, 'service_tokens = false'],
])('%s', async (_what, change, sentence) => {
  const answer = await mint(change);

  expect(answer.status).toBe(422);
  expect((JSON.parse(answer.text) as { error: string }).error).toContain(sentence);
  expect(await planes.store.ledger.serviceTokens.list()).toEqual([]);
});

describe('of a service that signs people in', () => {
  const mintFor = (change: Readonly<Record<string, unknown>> = {}): Promise<Answer> =>
    admin('POST', '/v1/identity-tokens', {
      service: 'portal',
      label: '',
      ttlSeconds: 3_600,
      operator: 'ada',
      ...change,
    });

  test('it is told once, listed under its service, and no producer is known by it', async () => {
    const made = JSON.parse((await mintFor()).text) as MintedServiceToken;

    expect(made).toMatchObject({ producer: '', site: null, service: 'portal', state: 'live' });
    expect(made.token).toMatch(/^kgst_identity_[A-Za-z0-9_-]{43}$/);
    expect((await admin('GET', PATH)).text).not.toContain(made.token);
    expect(planes.store.rows()).not.toContain(made.token);
    expect(await open(made.token)).toBe(401);
  });

  test.each([
    ['an unknown one', { service: 'portals' }, 422, 'Did you mean portal?'],
    ['one without an end', { ttlSeconds: null }, 400, 'ttlSeconds'],
    ['one of two years', { ttlSeconds: 2 * 366 * 86_400 }, 400, '366 days'],
  ])('%s is refused', async (...[, change, status, sentence]) => {
    const answer = await mintFor(change);

    expect(answer.status).toBe(status);
    expect(answer.text).toContain(sentence);
    expect(await planes.store.ledger.serviceTokens.list()).toEqual([]);
  });
});

test.each([
  ['a time to live of nothing', { ttlSeconds: 0 }, 'ttlSeconds'],
  ['more than ten years', { ttlSeconds: 3_650 * 86_400 + 1 }, 'ttlSeconds'],
  ['a label that moves the cursor', { label: '\u001b[2J' }, 'label'],
  ['a field that is not known', { token: 'chosen' }, 'token'],
])('%s is a wrong body', async (_what, change, field) => {
  const answer = await mint(change);

  expect(answer.status).toBe(400);
  expect(answer.text).toContain(field);
});

test('a stranger and a signed-in approver get nothing: operators only', async () => {
  const approver = await signedInAtAdmin(planes);
  const cookie = approver.cookieHeader();
  const origin = planes.adminUrl;

  const answers = [
    await call(planes.adminUrl + PATH, { headers: { authorization: 'Bearer wrong' } }),
    await call(planes.adminUrl + PATH, { headers: { cookie } }),
    await call(planes.adminUrl + PATH, { method: 'POST', headers: { cookie, origin }, body: '{}' }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([401, 403, 403]);
});

test('none of its routes are on the public plane', async () => {
  const urls = [PATH, `${PATH}/4k2m0000000000000000/revoke`];

  const answers = await Promise.all(
    urls.map((path) => call(planes.publicUrl + path, { method: 'POST', headers: { authorization: ADMIN_TOKEN } })),
  );

  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
});

test('with the database away nothing is minted, and nobody is told that it was', async () => {
  planes.store.behave('away');

  const answer = await mint();

  expect(answer.status).toBe(503);
  expect(answer.text).not.toContain('kgst_');
});
