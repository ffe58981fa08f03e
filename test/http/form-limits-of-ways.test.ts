/** Adding and naming a way of signing in is bounded by account. Removing one is not, so that nobody is kept from undoing what a thief added. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { createFormLimits, MAX_CHANGES_OF_AN_ACCOUNT } from '../../src/identity/accounts/form-limits.js';
import { ADA } from '../fixtures/http/planes.js';
import { csrfFor, hiddenOf, signedInByLink } from '../fixtures/http/second-factors.js';
import type { Browser } from '../fixtures/http/visitor-client.js';
import { providerConfig, startProviderStage, type ProviderStage } from '../fixtures/identity/provider-stage.js';

const ACCOUNT = ADA as string as AccountId;
const AUDIT = { who: ADA, what: 'test', surface: 'page', site: null, address: null, detail: {} };
const ISSUER = 'http://localhost:9';
const FACTS = { provider: 'koder', email: null, isEmailVerified: false, name: 'Ada' };

let stage: ProviderStage;
let ada: Browser;

beforeEach(async () => {
  stage = await startProviderStage();
  stage.offer(providerConfig({ issuer: ISSUER }), providerConfig({ issuer: ISSUER, name: 'other', title: 'Other' }));
  const { identity, factors } = stage.planes.store.ledger;
  const to = { kind: 'existing', account: ACCOUNT, asFirst: true } as const;
  await identity.addCredential({ issuer: ISSUER, subject: 'ada', ...FACTS, to }, AUDIT);
  ada = await signedInByLink(stage.planes);
  const held = { hash: 'hash', holder: sha256Hex(ada.cookies.get('gate') ?? '') };
  const asked = { ...held, kind: 'passkey_add', account: ACCOUNT, data: null, ttlSeconds: 60 } as const;
  await factors.ask(asked, { key: 'test', max: 1, windowSeconds: 60 });
  const passkey = { id: 'Ym9i', account: ACCOUNT, publicKey: '', counter: 0, transports: [], name: 'My phone' };
  await factors.addPasskey(passkey, held, AUDIT);
});
afterEach(() => stage.stop());

async function usedUp(): Promise<void> {
  const { ownWays } = createFormLimits(stage.planes.store.ledger.identity);
  const by = { account: ACCOUNT, network: '198.51.100.0/24' };
  for (let taken = 0; taken < MAX_CHANGES_OF_AN_ACCOUNT; taken += 1) await ownWays.take(by);
}

test.each([
  ['/account', '/account/credentials/name', 'subject'],
  ['/account/passkeys', '/account/passkeys/name', 'id'],
])('naming on %s: %s', async (page, action, having) => {
  const fields = hiddenOf(await ada.get(page), action, having);
  await usedUp();
  const before = stage.planes.store.snapshot();

  const answer = await ada.post(action, { ...fields, name: 'At work' });

  expect(fields[having]).toBeDefined();
  expect(answer.status).toBe(429);
  expect(stage.planes.store.snapshot()).toBe(before);
});

test('adding a provider', async () => {
  const action = '/sign-in/with/other';
  const csrf = csrfFor(await ada.get('/account'), action);
  await usedUp();
  const before = stage.planes.store.snapshot();

  const answer = await ada.post(action, { csrf });

  expect([csrf === '', answer.status, answer.headers['retry-after']]).toEqual([false, 429, '3600']);
  expect(answer.text).toContain('Too many changes');
  expect(stage.planes.store.snapshot()).toBe(before);
});
