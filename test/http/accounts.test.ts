/** Accounts, as an operator lists, disables and enables them. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { AccountId } from '../../src/approval/brand.js';
import { ADA, OPERATOR } from '../fixtures/http/planes.js';
import { planes } from '../fixtures/http/one-planes.js';
import { signedInBrowser } from '../fixtures/http/visitor-client.js';
import { get, openAdmin, post } from '../fixtures/http/admin-calls.js';

const LIST = z.object({ accounts: z.array(z.looseObject({ id: z.string(), state: z.string(), sessions: z.int() })) });
const EVE = 'eve-1' as AccountId;

openAdmin();

async function listed(query = '') {
  const answer = await get(`/v1/accounts${query}`);
  expect(answer.status).toBe(200);
  return LIST.parse(JSON.parse(answer.text)).accounts;
}

function setState(account: string, state: string) {
  return post('/v1/accounts/state', { account, state, operator: 'root' });
}

test('approvers, operators and who else has signed in are listed, each with their rights and sessions', async () => {
  await signedInBrowser(planes);
  const facts = { provider: 'koder', email: null, isEmailVerified: false, name: 'Eve' };
  const audit = { who: EVE, what: 'account_created', surface: 'page', site: null, address: null, detail: {} };
  const to = { kind: 'new', account: EVE, name: 'Eve' } as const;
  await planes.store.ledger.identity.addCredential({ issuer: 'https://i.example', subject: '1', ...facts, to }, audit);

  const accounts = await listed();

  expect(accounts).toHaveLength(4);
  expect(accounts.find(({ id }) => id === ADA)).toMatchObject({ isApprover: true, isOperator: false, sessions: 1 });
  expect(accounts.find(({ id }) => id === OPERATOR)).toMatchObject({ isApprover: false, isOperator: true });
  expect(accounts.find(({ id }) => id === EVE)).toMatchObject({ name: 'Eve', isApprover: false, providers: ['koder'] });
  expect(await listed(`?account=${EVE}`)).toHaveLength(1);
});

describe('disabled', () => {
  test('an approver is out at once and cannot sign in; enabled, they can, and no former session is back', async () => {
    const ada = await signedInBrowser(planes);

    const disabled = await setState(ADA, 'disabled');
    const [line] = await listed(`?account=${encodeURIComponent(ADA)}`);
    const looked = await ada.get('/account');
    const signingIn = await signedInBrowser(planes).catch((error: unknown) => error);
    await setState(ADA, 'active');

    expect(disabled.status).toBe(200);
    expect(line).toMatchObject({ state: 'disabled', sessions: 0 });
    expect(looked.status).toBe(303);
    expect(signingIn).toBeInstanceOf(Error);
    expect((await ada.get('/account')).status).toBe(303);
    expect((await (await signedInBrowser(planes)).get('/account')).status).toBe(200);
  });

  test('and enabled are in the audit trail, under the operator’s name', async () => {
    await setState(ADA, 'disabled');
    await setState(ADA, 'active');

    const rows = (await planes.store.ledger.audit.recent(20)).filter(({ what }) => what.startsWith('account_'));
    expect(rows.map(({ who, what, detail }) => [who, what, detail['account']])).toEqual([
      ['operator:root', 'account_enabled', ADA],
      ['operator:root', 'account_disabled', ADA],
    ]);
  });

  test('is nobody whom nobody knows, and no other state', async () => {
    const before = planes.store.snapshot();

    expect((await setState('nobody@example.org', 'disabled')).status).toBe(404);
    expect((await get('/v1/accounts?account=nobody')).status).toBe(404);
    expect((await setState(ADA, 'deleted')).status).toBe(400);
    expect(planes.store.snapshot()).toBe(before);
  });
});
