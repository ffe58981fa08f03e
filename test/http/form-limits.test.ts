/** Forms that change how somebody gets in are bounded by account and by network, and counted where all processes see it. */
import { describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import {
  createFormLimits,
  MAX_CHANGES_OF_AN_ACCOUNT,
  MAX_CHANGES_OF_ONE_NETWORK,
  MAX_LINK_CODES_OF_AN_ACCOUNT,
} from '../../src/identity/accounts/form-limits.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { ADA, BOB } from '../fixtures/http/planes.js';
import { csrfFor, signedInByLink, withApp } from '../fixtures/http/second-factors.js';
import type { Browser } from '../fixtures/http/visitor-client.js';

const APP = '/account/authenticator';
const CODES = '/account/recovery-codes';
/** Of whoever calls the planes of these tests. */
const NETWORK = '127.0.0.0/24';

openPlanes();

/** As another process counts. */
const elsewhere = () => createFormLimits(planes.store.ledger.identity);

async function usedUp(account: string): Promise<void> {
  const by = { account: account as AccountId, network: '198.51.100.0/24' };
  for (let taken = 0; taken < MAX_CHANGES_OF_AN_ACCOUNT; taken += 1) await elsewhere().ownWays.take(by);
}

async function begin(person: Browser) {
  return person.post(`${APP}/begin`, { csrf: csrfFor(await person.get(APP), `${APP}/begin`) });
}

test('of all processes together so many are taken of an account, and no more', async () => {
  const by = { account: ADA as string as AccountId, network: NETWORK };
  const limits = [elsewhere(), planes.identity.formLimits];

  const taken = [];
  for (let tried = 0; tried < MAX_LINK_CODES_OF_AN_ACCOUNT + 2; tried += 1)
    taken.push(await limits[tried % 2]?.linkCodes.take(by));

  expect(taken.filter((isTaken) => isTaken)).toHaveLength(MAX_LINK_CODES_OF_AN_ACCOUNT);
  expect(taken.lastIndexOf(true)).toBe(MAX_LINK_CODES_OF_AN_ACCOUNT - 1);
  expect(await elsewhere().linkCodes.take({ ...by, account: BOB as string as AccountId })).toBe(true);
});

test('what an account tries beyond its own bound takes nothing from its network', async () => {
  const by = { account: ADA as string as AccountId, network: NETWORK };
  for (let tried = 0; tried < 3 * MAX_CHANGES_OF_AN_ACCOUNT; tried += 1) await elsewhere().ownWays.take(by);

  const [count] = planes.store.query(`SELECT n FROM attempt_windows WHERE key = 'change of ways from ${NETWORK}'`);

  expect(count).toEqual({ n: MAX_CHANGES_OF_AN_ACCOUNT });
});

describe('an account that changed too much', () => {
  test('sets up nothing more for now, and others do', async () => {
    const [ada, bob] = [await signedInByLink(planes), await signedInByLink(planes, BOB)];
    await usedUp(ADA);

    const refused = await begin(ada);

    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3600']);
    expect(await planes.identity.authenticator.begun({ id: ADA as string as AccountId, name: ADA })).toBeNull();
    expect((await begin(bob)).status).toBe(200);
  });

  test.each([
    [APP, `${APP}/confirm`, 'number'],
    [CODES, CODES, ''],
    [CODES, `${CODES}/check`, 'code'],
    ['/account/passkeys', '/account/passkeys/add', 'answer'],
  ])('of %s: %s', async (page, action, field) => {
    const ada = page === CODES ? (await withApp(planes)).person : await signedInByLink(planes);
    if (page === APP) await begin(ada);
    if (action === `${CODES}/check`) await ada.post(CODES, { csrf: csrfFor(await ada.get(CODES), CODES) });
    const drawn = action === `${CODES}/check` ? await renewed(ada) : await ada.get(page);
    await usedUp(ADA);
    const before = planes.store.snapshot();

    const answer = await ada.post(action, { csrf: csrfFor(drawn, action), ...(field === '' ? {} : { [field]: '1' }) });

    expect(answer.status).toBe(429);
    expect(planes.store.snapshot()).toBe(before);
  });
});

/** The page that shows codes has the form that checks one. */
async function renewed(person: Browser) {
  return person.post(CODES, { csrf: csrfFor(await person.get(CODES), CODES) });
}

test('what changed too much is removed all the same: a thief does not keep what they added', async () => {
  const { person } = await withApp(planes);
  await usedUp(ADA);

  const removed = await person.post(`${APP}/remove`, { csrf: csrfFor(await person.get(APP), `${APP}/remove`) });

  expect(removed.status).toBe(200);
  expect(await planes.identity.secondFactor.of(ADA as string as AccountId)).toMatchObject({ hasTotp: false });
});

test('strangers use up what a network has for strangers, and nothing of whoever has rights', async () => {
  const ada = await signedInByLink(planes);
  const account = (n: number) => `account-${String(n)}` as AccountId;
  for (let n = 0; n < MAX_CHANGES_OF_ONE_NETWORK; n += 1)
    await elsewhere().ownWays.take({ account: account(n), network: NETWORK });

  expect(await elsewhere().ownWays.take({ account: account(-1), network: NETWORK })).toBe(false);
  expect((await begin(ada)).status).toBe(200);
});
