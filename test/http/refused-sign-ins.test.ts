/** Sign-ins that were refused: what the audit and the event stream say of them, and what neither ever says. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { GateEvent } from '../../src/events/events.js';
import {
  CALLBACK,
  providerConfig,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';
import { ADA, type Planes } from '../fixtures/http/planes.js';
import { csrfFor, signedInByLink, withApp } from '../fixtures/http/second-factors.js';
import { browser, call } from '../fixtures/http/visitor-client.js';
import { eventually } from '../fixtures/time/eventually.js';

const FACTOR = '/sign-in/factor';

let events: GateEvent[];
let stage: ProviderStage;
let planes: Planes;
beforeEach(async () => {
  events = [];
  stage = await startProviderStage({ onEvent: (event) => events.push(event) });
  stage.offer(providerConfig({ issuer: 'http://localhost:9' }));
  ({ planes } = stage);
});
afterEach(() => stage.stop());

/** The rows once there are so many, oldest first. */
async function refused(count: number) {
  return eventually(`${String(count)} refused sign-ins are written`, async () => {
    const rows = await planes.store.ledger.audit.recent(1_000);
    const found = rows.filter(({ what }) => what === 'sign_in_refused').reverse();
    return found.length >= count ? found : null;
  });
}

function told() {
  return events.filter(({ event }) => event === 'auth_gate.sign_in_refused');
}

test('a link that was used, one that nobody made, and a button that was pressed twice', async () => {
  const link = await planes.identity.signInLinks.make(ADA, 'test');
  const path = new URL(link?.url ?? '').pathname;
  await browser(planes).post(path, {});

  await browser(planes).post(path, {});
  await browser(planes).get(path);
  await browser(planes).get(`/sign-in/${'0'.repeat(64)}`);
  const [first] = await refused(1);
  await planes.identity.refusedSignIns.settle();
  const rows = await refused(2);

  expect(first).toMatchObject({ who: 'visitor', surface: 'page', detail: { reason: 'link_not_good', count: 1 } });
  expect(rows.map(({ detail }) => detail['count'])).toEqual([1, 2]);
  expect(rows.every(({ address }) => address === '127.0.0.0/24')).toBe(true);
  expect(told()).toEqual(
    [1, 2].map((count) => ({
      event: 'auth_gate.sign_in_refused',
      reason: 'link_not_good',
      account: null,
      provider: null,
      network: '127.0.0.0/24',
      count,
    })),
  );
});

test('a number of a mail, a passkey, a provider, a handoff: each by its reason, and nothing of what was typed', async () => {
  const typed = '918273';
  await browser(planes).post('/sign-in/number', { number: typed });
  await browser(planes).post('/sign-in/passkey', { answer: '{"id":"made-up-answer"}' });
  await browser(planes).get(`${CALLBACK}?state=made-up-state&error_description=made-up-text`);
  await browser(planes).post('/sign-in/with/koder', {});
  await call(`${planes.adminUrl}/.koder-gate/signed-in?code=made-up-code`, { headers: { accept: 'text/html' } });

  const rows = await refused(5);

  expect(rows.map(({ detail }) => [detail['reason'], detail['provider']]).sort()).toEqual(
    [
      ['number_wrong', undefined],
      ['passkey_refused', undefined],
      ['state_invalid', 'koder'],
      ['provider_unreachable', 'koder'],
      ['handoff_refused', undefined],
    ].sort(),
  );
  expect(planes.store.rows()).not.toMatch(new RegExp(`${typed}|made-up`));
  expect(JSON.stringify(told())).not.toMatch(new RegExp(`${typed}|made-up`));
});

test('a second factor is of the account that its first factor named, wrong and then too many', async () => {
  const { secret } = await withApp(planes);
  const guesser = await signedInByLink(planes);
  expect(secret).not.toBe('');

  for (let n = 0; n < 6; n += 1)
    await guesser.post(FACTOR, { csrf: csrfFor(await guesser.get(FACTOR), FACTOR), code: 'aaaa-aaaa-aaaa-aaaa' });
  await planes.identity.refusedSignIns.settle();

  const rows = (await refused(3)).map(({ who, detail }) => [who, detail['reason'], detail['count']]);
  expect(rows).toHaveLength(3);
  expect(rows).toEqual(
    expect.arrayContaining([
      [ADA, 'second_factor_wrong', 1],
      [ADA, 'second_factor_wrong', 4],
      [ADA, 'second_factor_too_many', 1],
    ]),
  );
  expect(planes.store.rows()).not.toContain('aaaa');
});

test('a flood leaves few rows, all are counted, and it holds up nobody while the database is away', async () => {
  for (let n = 0; n < 300; n += 1)
    planes.identity.refusedSignIns.note({
      reason: 'number_wrong',
      account: null,
      provider: null,
      network: `10.0.${String(n)}.7`,
    });
  await planes.identity.refusedSignIns.settle();
  const rows = await refused(1);

  expect(rows.length).toBeLessThanOrEqual(41);
  expect(rows.reduce((sum, { detail }) => sum + Number(detail['count']), 0)).toBe(300);

  planes.store.behave('away');
  planes.identity.refusedSignIns.note({ reason: 'too_many', account: null, provider: null, network: null });
  await planes.identity.refusedSignIns.settle();
  planes.store.behave('well');
  await planes.identity.refusedSignIns.settle();

  expect((await refused(rows.length + 1)).at(-1)).toMatchObject({ detail: { reason: 'too_many', count: 1 } });
});
