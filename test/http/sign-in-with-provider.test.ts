/** Signing in with Koder ID and with Google, both a real OpenID provider on loopback. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLyingOpenId, type LyingOpenId } from '../fakes/lying-open-id.js';
import { CLIENT, startFakeOpenId, type FakeOpenId } from '../fakes/open-id.js';
import { ADA, BOB } from '../fixtures/http/planes.js';
import { browser, fieldsOf, signedInBrowser, type Browser } from '../fixtures/http/visitor-client.js';
import {
  atTheProvider,
  begin,
  CALLBACK,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';
import type { ProviderConfig } from '../../src/contract/identity-providers.js';
import { silentLog } from '../fixtures/logs/silent-log.js';

const lines: string[] = [];
const log = {
  ...silentLog,
  info: (message: string, fields?: object) => void lines.push(message + JSON.stringify(fields)),
};
let stage: ProviderStage;
let openId: FakeOpenId;

beforeEach(async () => {
  lines.length = 0;
  stage = await startProviderStage({ log });
  openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK);
  stage.offer(koder());
});

afterEach(async () => {
  await stage.stop();
  await openId.close();
});

function koder(change: Partial<ProviderConfig> = {}): ProviderConfig {
  return providerConfig({ issuer: openId.issuer, ...change });
}

/** Who they are, as the page says. */
async function whoIs(person: Browser): Promise<string | null> {
  const page = await person.get('/account');
  return /title="Your account">([^<]*)</.exec(page.text)?.[1] ?? null;
}

const person = (): Browser => browser(stage.planes);

describe('somebody whom the gate does not know', () => {
  test('gets an account, comes back to it, and decides nothing', async () => {
    openId.person = { sub: 'eve', name: 'Eve' };
    const { token } = await stage.planes.accessRequest();
    const [one, other] = [person(), person()];

    expect((await signInWith(one, stage.planes)).status).toBe(303);
    expect((await signInWith(other, stage.planes)).status).toBe(303);

    expect([await whoIs(one), await whoIs(other)]).toEqual(['Eve', 'Eve']);
    expect(stage.planes.store.query('SELECT name, state FROM accounts')).toEqual([{ name: 'Eve', state: 'active' }]);
    expect((await one.get(`/req/${token}`)).text).not.toContain('Approve');
  });

  test('is back at what they came for', async () => {
    const { token } = await stage.planes.accessRequest();
    const one = person();
    const asked = await one.get(`/req/${token}`);

    const back = await signInWith(one, stage.planes);

    expect(asked.text).toContain('Sign in with Koder ID');
    expect(back.headers.location).toBe(`/req/${token}`);
  });
});

describe('an approver', () => {
  beforeEach(() => {
    openId.person = { sub: 'ada', email: ADA, email_verified: true, name: 'Ada' };
  });

  test('is known at once where the provider gives out the mailboxes of their domain', async () => {
    stage.offer(koder({ authoritativeFor: ['example.org'] }));
    const { token } = await stage.planes.accessRequest();
    const one = person();

    await signInWith(one, stage.planes);

    expect(await whoIs(one)).toBe(ADA);
    expect((await one.get(`/req/${token}`)).text).toContain('Approve');
  });

  test('has to prove it first anywhere else', async () => {
    const one = person();

    const answer = await signInWith(one, stage.planes);

    expect([answer.status, await whoIs(one)]).toEqual([403, null]);
    expect(answer.text).toContain('Sign in as before first');
    expect(stage.planes.store.query('SELECT * FROM credentials')).toEqual([]);
  });

  test('is somebody else by an address that nobody verified', async () => {
    stage.offer(koder({ authoritativeFor: ['example.org'] }));
    openId.person = { ...openId.person, email_verified: false };
    const one = person();

    await signInWith(one, stage.planes);

    expect(await whoIs(one)).toBe('Ada');
  });

  test('who was disabled has no session from then on, and gets none', async () => {
    stage.offer(koder({ authoritativeFor: ['example.org'] }));
    const one = person();
    await signInWith(one, stage.planes);
    const audit = { who: 'operator', what: 'account_disabled', surface: 'cli', site: null, address: null, detail: {} };

    await stage.planes.store.ledger.identity.setAccountState({ account: ADA, state: 'disabled' }, audit);

    expect(await whoIs(one)).toBeNull();
    expect((await signInWith(one, stage.planes)).text).toContain('switched your account off');
  });
});

describe('whoever is signed in', () => {
  /** Presses the button of the account's page. */
  async function add(one: Browser, change: Readonly<Record<string, string>> = {}) {
    const fields = fieldsOf((await one.get('/account')).text, '/sign-in/with/koder');
    const sent = await one.post('/sign-in/with/koder', { ...fields, ...change });
    const [, url = ''] = /^0; url=(.+)$/.exec(String(sent.headers['refresh'])) ?? [];
    if (url === '') return sent;
    const back = await atTheProvider(new URL(url), stage.planes);
    return one.get(back.pathname + back.search);
  }

  test('adds a provider, which signs them in from then on, and ends their other sessions', async () => {
    const [one, other, later] = [await signedInBrowser(stage.planes), await signedInBrowser(stage.planes), person()];

    const added = await add(one);
    await signInWith(later, stage.planes);

    expect([added.status, added.headers.location]).toEqual([303, '/account']);
    expect([await whoIs(one), await whoIs(other), await whoIs(later)]).toEqual([ADA, null, ADA]);
  });

  test('does not add what signs in somebody else', async () => {
    await signInWith(person(), stage.planes);
    const one = await signedInBrowser(stage.planes);

    const { text } = await add(one);
    expect(text).toContain('signs in somebody else here');
    expect(text).toContain('<a class="button" href="/account">To your account</a>');
    expect(text).not.toContain('>Sign in<');
    expect(text).toContain('title="Your account"');
    expect((await one.get('/sign-in/with/koder')).headers.location).toBe('/sign-in');
    expect((await one.get('/sign-in/with/none')).status).toBe(404);
    expect(await whoIs(one)).toBe(ADA);
  });

  test('adds by no form of somebody else’s', async () => {
    expect((await add(await signedInBrowser(stage.planes), { csrf: '0'.repeat(64) })).status).toBe(403);
    expect((await person().post('/sign-in/with/koder', { csrf: '' })).status).toBe(403);
  });

  test('who is somebody else by the time that it comes back adds nothing', async () => {
    const one = await signedInBrowser(stage.planes);
    const fields = fieldsOf((await one.get('/account')).text, '/sign-in/with/koder');
    const sent = await one.post('/sign-in/with/koder', fields);
    const url = new URL(String(sent.headers['refresh']).replace('0; url=', ''));
    const bob = await signedInBrowser(stage.planes, BOB);
    for (const [name, value] of bob.cookies) one.cookies.set(name, value);
    const back = await atTheProvider(url, stage.planes);

    expect((await one.get(back.pathname + back.search)).text).toContain('Not added');
    expect(stage.planes.store.query('SELECT * FROM credentials')).toEqual([]);
  });
});

describe('what comes back', () => {
  test('works once, however many bring it', async () => {
    const one = person();
    const back = await atTheProvider(await begin(one), stage.planes);

    const answers = await Promise.all(Array.from({ length: 20 }, () => one.get(back.pathname + back.search)));

    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array<number>(19).fill(403)]);
  });

  test('is worth nothing in another browser, and then in none', async () => {
    const [one, other] = [person(), person()];
    const back = await atTheProvider(await begin(one), stage.planes);
    await begin(other);

    const elsewhere = await other.get(back.pathname + back.search);
    const nowhere = await person().get(back.pathname + back.search);

    expect([elsewhere.status, nowhere.status]).toEqual([403, 403]);
    expect(elsewhere.text).toContain('Not begun here');
    expect((await one.get(back.pathname + back.search)).status).toBe(303);
  });

  test('with a code of another sign-in signs nobody in', async () => {
    const [one, victim] = [person(), person()];
    const code = (await atTheProvider(await begin(one), stage.planes)).searchParams.get('code') ?? '';
    const back = await atTheProvider(await begin(victim), stage.planes);
    back.searchParams.set('code', code);

    const answer = await victim.get(back.pathname + back.search);

    expect([answer.status, await whoIs(victim)]).toEqual([502, null]);
  });

  test('at another provider’s address is not taken', async () => {
    stage.offer(koder(), koder({ name: 'other' }));
    const one = person();
    const back = await atTheProvider(await begin(one), stage.planes);

    expect((await one.get(`/sign-in/with/other/callback${back.search}`)).status).toBe(403);
  });

  test.each([
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['another state', (url: URL) => url.searchParams.set('state', '0'.repeat(64))],
    ['two states', (url: URL) => url.searchParams.append('state', '0'.repeat(64))],
    ['two codes', (url: URL) => url.searchParams.append('code', 'other')],
    ['no issuer, although it says that it tells', (url: URL) => url.searchParams.delete('iss')],
    ['the issuer of somebody else', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
  ])('with %s signs nobody in', async (_what, change) => {
    const one = person();
    const back = await atTheProvider(await begin(one), stage.planes);
    change(back);

    const answer = await one.get(back.pathname + back.search);

    expect([answer.status >= 400, await whoIs(one)]).toEqual([true, null]);
  });

  test('with a no is told, and leads back', async () => {
    openId.mode = 'denies';
    const one = person();
    await one.get('/sign-in?next=/link');

    const answer = await signInWith(one, stage.planes);

    expect(answer.status).toBe(403);
    expect(answer.text).toContain('you did not agree');
    expect(answer.text).toContain('href="/sign-in?next=%2Flink"');
  });

  test('is shown and logged without a word of the provider', async () => {
    const one = person();
    const { searchParams } = await begin(one);
    const words = '<script>alert(1)</script>';
    const query = new URLSearchParams({
      error: words,
      error_description: words,
      state: searchParams.get('state') ?? '',
    });

    const answer = await one.get(`${CALLBACK}?${query.toString()}&iss=${encodeURIComponent(openId.issuer)}`);

    expect(answer.status).toBe(502);
    expect(answer.text).not.toContain('alert(1)');
    expect(lines.join()).not.toContain('alert(1)');
  });
});

describe('whoever is to sign in again', () => {
  const LATER_SECONDS = 601;
  let lying: LyingOpenId;

  beforeEach(async () => {
    lying = await startLyingOpenId();
    stage.offer(providerConfig({ issuer: lying.issuer }));
  });

  afterEach(() => lying.close());

  test.each(['/account/passkeys', '/account/authenticator', '/account/recovery-codes'])(
    'does so by the button of a provider, and is back at %s',
    async (path) => {
      const one = person();
      await signInWith(one, stage.planes);
      stage.planes.advance(LATER_SECONDS * 1_000);
      lying.lie = { claims: (now) => ({ iat: now + LATER_SECONDS }) };
      expect((await one.get(path)).headers.location).toBe('/sign-in/again');
      expect((await one.get('/sign-in/again')).text).toContain('Sign in with Koder ID');

      const back = await signInWith(one, stage.planes);

      expect([back.status, back.headers.location]).toEqual([303, path]);
    },
  );
});

describe('the button', () => {
  test('stands where a provider is configured, and nowhere else', async () => {
    expect((await person().get('/sign-in')).text).toContain('action="/sign-in/with/koder"');
    stage.offer();

    expect((await person().get('/sign-in')).text).not.toContain('/sign-in/with/');
    expect((await person().post('/sign-in/with/koder', {})).status).toBe(404);
  });

  test('is not pressed by a foreign page', async () => {
    const pressed = await person().post('/sign-in/with/koder', {}, { origin: 'https://evil.example' });

    expect([pressed.status, pressed.headers['refresh']]).toEqual([403, undefined]);
  });

  test('may be pressed in several tabs at once', async () => {
    const one = person();
    const urls = [await begin(one), await begin(one)];

    for (const url of urls) {
      const back = await atTheProvider(url, stage.planes);
      expect((await one.get(back.pathname + back.search)).status).toBe(303);
    }
  });

  test('at a provider that is down says so, asks it once, and leaves the others alone', async () => {
    const down = await startFakeOpenId(() => 'http://localhost/callback');
    await down.close();
    stage.offer(providerConfig({ issuer: down.issuer, name: 'down', title: 'Down' }), koder());

    const answers = await Promise.all(Array.from({ length: 10 }, () => person().post('/sign-in/with/down', {})));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]));
    expect(answers[0]?.text).toContain('Down does not answer');
    await Promise.all(Array.from({ length: 10 }, () => begin(person())));
    expect(openId.discoveries()).toBe(1);
  });

  test.each([
    ['as the browser’s', 'de-CH, de;q=0.9, en;q=0.8, fr;q=0.1', 'de-CH de en'],
    ['not at all where the browser says something else', 'de&prompt=none', null],
    ['not at all where the browser says nothing', '', null],
  ])('wants the languages of the provider’s pages %s', async (_how, header, wanted) => {
    const sent = await person().post('/sign-in/with/koder', {}, { 'accept-language': header });

    const { searchParams } = new URL(String(sent.headers['refresh']).replace('0; url=', ''));
    expect([searchParams.get('ui_locales'), searchParams.get('prompt')]).toEqual([wanted, null]);
  });

  test('is bounded by address', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 61; count += 1) statuses.push((await person().post('/sign-in/with/koder', {})).status);

    expect(statuses.slice(-2)).toEqual([200, 429]);
  });
});

test('no secret, code, state or token is in a log or in the database', async () => {
  const one = person();
  const begun = await begin(one);
  const held = one.cookies.get('gate-with') ?? '';
  const rows = stage.planes.store.rows();
  const back = await atTheProvider(begun, stage.planes);
  await one.get(back.pathname + back.search);

  const secrets = [
    held,
    begun.searchParams.get('state'),
    begun.searchParams.get('nonce'),
    back.searchParams.get('code'),
  ];
  for (const secret of [...secrets, CLIENT.client_secret]) {
    expect(String(secret).length).toBeGreaterThan(15);
    expect(rows + stage.planes.store.rows() + lines.join()).not.toContain(secret);
  }
});

describe('Google', () => {
  const google = () => ({ issuer: openId.issuer, kind: 'google', title: 'Google' }) as const;

  test.each([
    ['of the organisation', { hd: 'example.org' }, 303],
    ['of another organisation', { hd: 'evil.example' }, 403],
    ['of none', {}, 403],
  ])('signs in somebody %s as the claim says', async (_who, change, status) => {
    stage.offer(providerConfig({ ...google(), allowedDomains: ['example.org'] }));
    openId.person = { sub: '117', email: 'eve@example.org', email_verified: true, name: 'Eve', ...change };
    const one = person();
    const url = await begin(one);
    const back = await atTheProvider(url, stage.planes);

    expect(url.searchParams.get('hd')).toBe('example.org');
    expect((await one.get(back.pathname + back.search)).status).toBe(status);
  });

  test.each([
    ['its own organisation’s', { hd: 'example.org' }, ADA],
    ['of a domain that is not its own', {}, 'Ada'],
  ])('vouches for an address %s', async (_which, change, name) => {
    stage.offer(providerConfig({ ...google(), authoritativeFor: ['example.org'] }));
    openId.person = { sub: '118', email: ADA, email_verified: true, name: 'Ada', ...change };
    const one = person();

    await signInWith(one, stage.planes);

    expect(await whoIs(one)).toBe(name);
  });
});
