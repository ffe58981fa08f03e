/** What services are refused is counted into the audit as what browsers are: by reason and service, and nothing of what they sent. */
import { expect, test } from '@jest/globals';
import type { GateEvent } from '../../src/events/events.js';
import { call } from '../fixtures/http/visitor-client.js';
import {
  events,
  INTROSPECT,
  introspect,
  openServices,
  other,
  planes,
  post,
  refresh,
  signedIn,
  signIn,
} from '../fixtures/http/service-calls.js';

openServices({ secondFactor: 'off' });

/** `settle` writes what was counted; firsts are written by then, too. */
async function refused() {
  await planes.identity.refusedSignIns.settle();
  const rows = await planes.store.ledger.audit.recent(1_000);
  return rows.filter(({ what }) => what === 'sign_in_refused').reverse();
}

const summary = ({ surface, detail }: Awaited<ReturnType<typeof refused>>[number]) => [
  surface,
  detail['reason'],
  detail['service'],
  detail['provider'],
  detail['count'],
];

test('a bearer of none, at either path, is told without a name', async () => {
  await post({ refresh_token: 'x' }, 'made-up-bearer');
  await call(planes.adminUrl + INTROSPECT, { method: 'POST', headers: { authorization: 'Bearer made-up-bearer' } });

  const rows = await refused();

  expect(rows.map(summary)).toEqual([
    ['service', 'unknown_service', undefined, undefined, 1],
    ['service', 'unknown_service', undefined, undefined, 1],
  ]);
  expect(rows.every(({ who, address }) => who === 'visitor' && address === '127.0.0.0/24')).toBe(true);
});

test('a sign-in that is refused says why and which service, and names a provider only that it may speak for', async () => {
  await signIn({ issuer: 'https://made-up.example' });
  await signIn({ provider: 'made-up' });
  await signIn({ link_to: 'made-up' });
  await refresh({ refresh_token: 'made-up' }, other);

  const rows = await refused();

  expect(rows.map(summary).sort()).toEqual(
    [
      ['service', 'wrong_issuer', 'portal', 'koder', 1],
      ['service', 'unknown_provider', 'portal', undefined, 1],
      ['service', 'session_needed', 'portal', 'koder', 1],
      ['service', 'session_over', 'other', undefined, 1],
    ].sort(),
  );
  expect(planes.store.rows()).not.toContain('made-up');
  const told = events.filter(({ event }: GateEvent) => event === 'auth_gate.sign_in_refused');
  expect(told).toHaveLength(4);
  expect(told[0]).toMatchObject({ reason: 'wrong_issuer', service: 'portal', account: null });
});

test('many of a kind are one row with a count', async () => {
  for (let n = 0; n < 5; n += 1) await signIn({ issuer: 'https://made-up.example' });

  expect((await refused()).map(({ detail }) => detail['count'])).toEqual([1, 4]);
});

test('a token that came twice is told as that alone', async () => {
  const first = await signedIn();
  await refresh(first);
  await refresh(first);

  expect(await refused()).toEqual([]);
  expect(planes.store.query("SELECT id FROM audit WHERE what = 'refresh_token_reused'")).toHaveLength(1);
});

test('a service that asks about tokens too often is told, for all processes, and another is not', async () => {
  const { access_token } = await signedIn();
  const limit = { key: 'introspection by portal', max: 6_000, windowSeconds: 60 };
  while (await planes.store.ledger.identity.takeAttempt(limit));

  await expect(introspect(access_token)).resolves.toMatchObject({ code: 'rate_limited' });
  await expect(introspect(access_token, other)).resolves.toMatchObject({ active: true });

  expect((await refused()).map(summary)).toEqual([['service', 'too_many', 'portal', undefined, 1]]);
});
