/**
 * Holes that others had where people sign in, by the numbers of their advisories (Auth.js, better-auth, oauth2-proxy; 2025 and 2026):
 * each as somebody would try it here.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decidePurpose } from '../../src/http/public/pages/decide-form.js';
import { startLyingOpenId, type LyingOpenId } from '../fakes/lying-open-id.js';
import { outcomeOf } from '../fixtures/http/approving.js';
import { ADA } from '../fixtures/http/planes.js';
import { linkIn } from '../fixtures/http/sent-mails.js';
import { browser, call, signedInBrowser, type Browser } from '../fixtures/http/visitor-client.js';
import {
  atTheProvider,
  begin,
  CALLBACK,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

let stage: ProviderStage;
/** One whom the operator trusts with the mailboxes of `example.org`, and one at which anybody gets an account. */
let koder: LyingOpenId;
let anybody: LyingOpenId;

beforeEach(async () => {
  stage = await startProviderStage();
  [koder, anybody] = [await startLyingOpenId(), await startLyingOpenId()];
  stage.offer(offered(koder), providerConfig({ issuer: anybody.issuer, name: 'anybody', title: 'Anybody' }));
});

afterEach(async () => {
  await stage.stop();
  for (const provider of [koder, anybody]) await provider.close();
});

function offered({ issuer }: LyingOpenId) {
  return providerConfig({ issuer, authoritativeFor: ['example.org'] });
}

const person = (): Browser => browser(stage.planes);

async function whoIs(somebody: Browser): Promise<string | null> {
  return /title="Your account">([^<]*)</.exec((await somebody.get('/account')).text)?.[1] ?? null;
}

/** At a provider that vouches for what it is told to; answers who they are here then. */
async function vouchedFor(of: LyingOpenId, subject: string, profile: Readonly<Record<string, unknown>>) {
  of.lie = { claims: { sub: subject }, userinfo: { sub: subject, name: subject, ...profile } };
  const somebody = person();
  const answer = await signInWith(somebody, stage.planes, of === koder ? 'koder' : 'anybody');
  return { somebody, answer, name: await whoIs(somebody) };
}

function accounts() {
  return stage.planes.store.query('SELECT DISTINCT account FROM credentials');
}

test('GHSA-g38m-r43w-p2q7: an account that waits under a victim’s unverified address is not theirs when they come', async () => {
  const squatter = await vouchedFor(anybody, 'squatter', { email: 'eve@example.org', email_verified: false });

  const victim = await vouchedFor(koder, 'eve', { email: 'eve@example.org', email_verified: true });

  expect([squatter.name, victim.name]).toEqual(['squatter', 'eve']);
  expect(accounts()).toHaveLength(2);
});

test('GHSA-qq9h-g4jm-xgf3: a mailed link takes nobody into an account that somebody else began under that address', async () => {
  const squatter = await vouchedFor(anybody, 'squatter', { email: ADA, email_verified: false });
  const ada = person();

  await ada.post('/sign-in', { address: ADA });
  await stage.planes.settled();
  const path = linkIn(stage.planes.mails.at(-1));
  expect((await ada.post(path, {})).status).toBe(303);

  expect([await whoIs(ada), await whoIs(squatter.somebody)]).toEqual([ADA, 'squatter']);
  expect(stage.planes.store.query(`SELECT account FROM credentials WHERE account = '${ADA}'`)).toEqual([]);
});

describe('GHSA-7rqj-j65f-68wh and GHSA-c5c4-8r6x-56w3: an address in which', () => {
  const LOOK_ALIKES = [
    ['another character becomes an @', `${ADA}＠evil.example`],
    ['a small @ stands before the domain', `eve﹫evil.example@example.org`],
    ['there are two', `eve@evil.example@example.org`],
    ['a look-alike follows our domain', `${ADA}﹫evil.example`],
  ] as const;

  test.each(LOOK_ALIKES)('%s makes nobody an approver', async (_how, email) => {
    const { name } = await vouchedFor(koder, 'eve', { email, email_verified: true });

    expect(name).toBe('eve');
    expect(stage.planes.store.query('SELECT email FROM credentials')).toEqual([{ email: null }]);
  });

  test.each(LOOK_ALIKES)('%s is mailed nothing', async (_how, address) => {
    expect((await person().post('/sign-in', { address })).status).toBe(422);

    await stage.planes.settled();
    expect(stage.planes.mails).toEqual([]);
  });
});

test('GHSA-x445-f3h2-j279: what was begun at one provider is not finished at another', async () => {
  const victim = person();
  const there = await atTheProvider(await begin(victim, 'anybody'), stage.planes);
  there.searchParams.set('iss', koder.issuer);

  const answer = await victim.get(`${CALLBACK}${there.search}`);

  expect([answer.status, await whoIs(victim)]).toEqual([403, null]);
});

describe('GHSA-8fpg-xm3f-6cx3: nobody is signed in where, since it was begun,', () => {
  test.each<[string, () => void, number]>([
    ['the provider is offered no more', () => stage.offer(), 404],
    ['its name is that of another', () => stage.offer(offered(anybody)), 502],
    [
      'it says nothing of itself',
      () => {
        stage.offer(offered(koder));
        koder.lie = { at: 'discovery', as: 'no_json' };
      },
      502,
    ],
    ['it has no keys', () => (koder.lie = { at: 'keys', as: 'broken' }), 502],
    ['it signs no more', () => (koder.lie = { signedBy: 'nobody' }), 502],
    ['it asks no question back', () => (koder.lie = { claims: { nonce: undefined } }), 502],
  ])('%s', async (_what, change, status) => {
    const somebody = person();
    const back = await atTheProvider(await begin(somebody), stage.planes);
    change();

    const answer = await somebody.get(back.pathname + back.search);

    expect([answer.status, await whoIs(somebody)]).toEqual([status, null]);
    expect(accounts()).toEqual([]);
  });
});

test('GHSA-cq3f-vc6p-68fh: a request is decided by those whom it asks, not by whoever is signed in', async () => {
  const { token, id } = await stage.planes.accessRequest();
  const { somebody } = await vouchedFor(anybody, 'eve', {});
  const { sessions } = stage.planes.identity;
  const session = await sessions.find(somebody.cookies.get('gate'));

  for (const action of [`/req/${token}`, `/requests/${id}`])
    for (const verdict of ['approve', 'deny']) {
      const csrf = session?.csrfToken(decidePurpose(action)) ?? '';
      expect([action, (await somebody.post(action, { csrf, verdict })).status]).not.toEqual([action, 303]);
    }

  expect(await outcomeOf(stage.planes, id)).toBeNull();
});

test('CVE-2025-61928: naming a person is no proof of being them', async () => {
  const body = JSON.stringify({ provider: 'koder', issuer: koder.issuer, subject: 'eve', name: 'Eve', account: ADA });

  for (const authorization of ['', 'Bearer ', `Bearer ${'0'.repeat(64)}`]) {
    const headers = { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) };
    const answer = await call(`${stage.planes.adminUrl}/auth/oauth`, { method: 'POST', headers, body });
    expect([authorization, answer.status]).toEqual([authorization, 401]);
  }
  expect(stage.planes.store.query('SELECT hash FROM sessions')).toEqual([]);
});

test('GHSA-f24x-5g9q-753f: a session that a browser was given before is not the one that it has after signing in', async () => {
  const attacker = await signedInBrowser(stage.planes);
  const planted = attacker.cookies.get('gate') ?? '';
  const victim = person();
  victim.cookies.set('gate', planted);

  await signInWith(victim, stage.planes);

  expect(victim.cookies.get('gate')).not.toBe(planted);
  expect([await whoIs(attacker), await whoIs(victim)]).toEqual([null, 'Ada']);
});
