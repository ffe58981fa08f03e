/** Tokens of sites over the admin plane: what is made, what is refused, and that they are worth nothing elsewhere. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import type { MintedServiceToken, ServiceTokenLine } from '../../src/contract/service-tokens.js';
import { siteTokenHash } from '../../src/gate/check/tokens/site-token.js';
import { createCallers } from '../../src/http/receiver/callers.js';
import { ADMIN_TOKEN, HOST, startPlanes, type Planes } from '../fixtures/http/planes.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { testLedger } from '../fixtures/databases/test-ledger.js';
import { call, type Answer } from '../fixtures/http/visitor-client.js';

const DAY_SECONDS = 86_400;

let planes: Planes;
beforeEach(async () => {
  const { serviceTokens } = (await testLedger()).ledger;
  const proofs = new Map([
    ['jet', { bearers: [], hmac: null, verifier: null, certificates: null, serviceTokens: true }],
  ]);
  const parts = { proofs: () => proofs, serviceTokens, trustedProxies: [], clock: systemClock(), log: silentLog };
  planes = await startPlanes({ authenticator: createCallers(parts) });
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
  const input = { site: HOST, label: 'uptime probe', ttlSeconds: 90 * DAY_SECONDS, operator: 'ada', ...change };
  return admin('POST', '/v1/site-tokens', input);
}

test('a token is told once, for its site and with its end, and kept as a hash', async () => {
  const made = JSON.parse((await mint()).text) as MintedServiceToken;

  expect(made).toMatchObject({ site: HOST, producer: '', label: 'uptime probe', state: 'live', lastUsedAt: null });
  expect(made.token).toMatch(/^kgst_site_[A-Za-z0-9_-]{43}$/);
  expect(Date.parse(made.expiresAt ?? '') - Date.parse(made.createdAt)).toBe(90 * DAY_SECONDS * 1_000);
  const list = (await admin('GET', '/v1/service-tokens')).text;
  expect(list).not.toContain(made.token);
  const [listed] = (JSON.parse(list) as { tokens: ServiceTokenLine[] }).tokens;
  expect(listed).toMatchObject({ id: made.id, site: HOST, state: 'live' });
  const { tokens } = await planes.store.ledger.serviceTokens.liveAtSites();
  expect(tokens).toMatchObject([{ id: made.id, site: HOST, hash: siteTokenHash(made.token) }]);
});

test('it is revoked as any token, and the audit says who made and who ended it, of which site', async () => {
  const made = JSON.parse((await mint()).text) as MintedServiceToken;

  const revoked = await admin('POST', `/v1/service-tokens/${made.id}/revoke`, { operator: 'grace' });

  expect(JSON.parse(revoked.text)).toMatchObject({ id: made.id, site: HOST, state: 'revoked' });
  expect((await planes.store.ledger.serviceTokens.liveAtSites()).tokens).toEqual([]);
  const trail = (await planes.store.ledger.audit.recent(2)).map(({ who, what, site, detail }) => ({
    who,
    what,
    site,
    detail,
  }));
  expect(trail).toMatchObject([
    { who: 'operator:grace', what: 'service_token_revoked', site: HOST, detail: { token: made.id } },
    { who: 'operator:ada', what: 'site_token_minted', site: HOST, detail: { token: made.id, label: 'uptime probe' } },
  ]);
  expect(JSON.stringify(trail)).not.toContain(made.token);
});

test('at the receiver it is unknown: it opens no request', async () => {
  const made = JSON.parse((await mint()).text) as MintedServiceToken;
  const headers = { authorization: `Bearer ${made.token}`, 'content-type': 'application/json' };

  const answer = await call(`${planes.publicUrl}/api/v1/bots/koder-gate/approvals`, {
    method: 'POST',
    headers,
    body: '{}',
  });

  expect(answer.status).toBe(401);
});

test.each([
  ['a name that is near a site', 'stg.exampel.org', 'Did you mean'],
  ['a name that is near none', 'elsewhere.invalid', 'elsewhere.invalid is no site of sites.toml.'],
])('%s is refused', async (_what, site, sentence) => {
  const answer = await mint({ site });

  expect(answer.status).toBe(422);
  expect((JSON.parse(answer.text) as { error: string }).error).toContain(sentence);
  expect(await planes.store.ledger.serviceTokens.list()).toEqual([]);
});

test.each([
  ['no end', { ttlSeconds: null }, 'ttlSeconds'],
  ['a time to live of seconds', { ttlSeconds: 30 }, 'ttlSeconds'],
  ['more than a year', { ttlSeconds: 366 * DAY_SECONDS + 1 }, 'at most 366 days'],
  ['a label that moves the cursor', { label: '\u001b[2J' }, 'label'],
  ['a producer beside the site', { producer: 'jet' }, 'producer'],
])('%s is a wrong body', async (_what, change, said) => {
  const answer = await mint(change);

  expect(answer.status).toBe(400);
  expect(answer.text).toContain(said);
});

test('a stranger gets none, and the public plane has no such route', async () => {
  const body = JSON.stringify({ site: HOST, label: '', ttlSeconds: 600, operator: 'ada' });

  const answers = [
    await call(`${planes.adminUrl}/v1/site-tokens`, { method: 'POST', headers: { authorization: 'Bearer x' }, body }),
    await call(`${planes.publicUrl}/v1/site-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      body,
    }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([401, 404]);
});
