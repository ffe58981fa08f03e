/** `POST /auth/oauth`: who may call it, whom a service signs in, and what it may not do in somebody's name. */
import { describe, expect, test } from '@jest/globals';
import { ADA, ADMIN_TOKEN, BOB, JET_BEARER } from '../fixtures/http/planes.js';
import {
  admin,
  configure,
  events,
  introspect,
  ISSUER,
  OAUTH,
  INTROSPECT,
  openServices,
  other,
  planes,
  portal,
  post,
  signedIn,
  signIn,
  told,
} from '../fixtures/http/service-calls.js';
import { call, signedInBrowser } from '../fixtures/http/visitor-client.js';

openServices();

describe('who may call', () => {
  test.each([OAUTH, INTROSPECT])(
    '%s is for the bearer of a service, and for no other, whoever that is',
    async (path) => {
      const jet = JSON.parse(
        (await admin('/v1/service-tokens', { producer: 'jet', label: '', ttlSeconds: 600, operator: 'eva' })).text,
      ) as { token: string };
      const cookie = (await signedInBrowser(planes)).cookieHeader();
      const wrong = [ADMIN_TOKEN, JET_BEARER, jet.token, `${portal}x`, portal.replace('kgst_', 'kgsx_'), ''];

      for (const bearer of wrong) {
        const headers = { authorization: `Bearer ${bearer}`, cookie };
        const answer = await call(planes.adminUrl + path, { method: 'POST', headers, body: '{}' });
        expect([bearer.slice(0, 9), answer.status, told(answer).code]).toEqual([
          bearer.slice(0, 9),
          401,
          'unknown_service',
        ]);
        expect(answer.headers['www-authenticate']).toContain('Bearer');
        expect(answer.headers['content-type']).toContain('application/problem+json');
      }
    },
  );

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'] as const)('%s is no way to call it', async (method) => {
    for (const path of [OAUTH, INTROSPECT]) {
      const answer = await call(planes.adminUrl + path, { method, headers: { authorization: `Bearer ${portal}` } });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
    }
  });

  test('a service’s token opens nothing else of the admin plane, and nothing of the public one', async () => {
    const headers = { authorization: `Bearer ${portal}` };

    expect((await call(`${planes.adminUrl}/v1/accounts`, { headers })).status).toBe(401);
    for (const path of [OAUTH, INTROSPECT])
      expect((await call(planes.publicUrl + path, { method: 'POST', headers, body: '{}' })).status).toBe(404);
  });

  test('a revoked token is worth nothing from then on, and neither is a call from a page or by another name', async () => {
    const headers = { authorization: `Bearer ${portal}` };
    const url = planes.adminUrl + OAUTH;
    const foreign = await call(url, {
      method: 'POST',
      headers: { ...headers, origin: 'https://evil.example' },
      body: '{}',
    });
    const rebound = await call(url, { method: 'POST', headers: { ...headers, host: 'evil.example' }, body: '{}' });
    const [{ id }] = planes.store.query(`SELECT id FROM service_tokens WHERE service = 'portal'`) as [{ id: string }];
    await admin(`/v1/service-tokens/${id}/revoke`, { operator: 'eva' });

    expect([foreign.status, rebound.status, (await signIn()).status]).toEqual([403, 403, 401]);
  });

  test('with the database away nobody is signed in, and nobody is told that the token was wrong', async () => {
    planes.store.behave('away');

    expect((await signIn()).status).toBe(503);
  });
});

describe('a sign-in', () => {
  test('of somebody new makes an account without rights; after that it is the same person, whatever their address', async () => {
    const first = await signIn({ email: 'eve@example.org', email_verified: true });
    const again = await signedIn({ email: 'other@example.org' });

    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(told(first)).toMatchObject({ token_type: 'Bearer', expires_in: 600, how: 'created' });
    expect(told(first).access_token).toMatch(/^kgat_[0-9a-f]{64}$/);
    expect(again).toMatchObject({ sub: told(first).sub, how: 'known' });
    expect(await introspect(again.access_token)).toMatchObject({ active: true, username: 'Eve' });
    expect(events.filter(({ event }) => event === 'auth_gate.signed_in_by_service')).toMatchObject([
      { account: again.sub, service: 'portal', provider: 'koder', how: 'created' },
      { how: 'known' },
    ]);
  });

  test('keeps hashes alone, and says in the trail which service it was', async () => {
    const { access_token, refresh_token, sub } = await signedIn();

    const rows = planes.store.rows();
    for (const part of [access_token, refresh_token, ...refresh_token.split('_'), access_token.slice(5)])
      if (part !== 'kgrt') expect(rows).not.toContain(part);
    const trail = await planes.store.ledger.audit.recent(5);
    expect(trail.map(({ who, what, surface, detail }) => ({ who, what, surface, service: detail['service'] }))).toEqual(
      expect.arrayContaining([
        { who: sub, what: 'signed_in', surface: 'service', service: 'portal' },
        { who: sub, what: 'account_created', surface: 'service', service: 'portal' },
      ]),
    );
  });

  test('its tokens are no browser’s session', async () => {
    const { access_token, refresh_token } = await signedIn();
    const [, family = '', turn = ''] = refresh_token.split('_');
    const name = planes.identity.sessions.cookie.name;

    for (const value of [
      access_token,
      access_token.slice(5),
      refresh_token,
      family,
      turn,
      `service session ${family}`,
    ]) {
      const answer = await call(`${planes.publicUrl}/account`, { headers: { cookie: `${name}=${value}` } });
      expect(answer.status).not.toBe(200);
    }
  });

  test.each([
    ['a provider that is not there', { provider: 'kodr' }, 400, 'unknown_provider', 'portal may speak for: koder'],
    ['one that this service may not speak for', { provider: 'github' }, 403, 'provider_not_allowed', 'koder'],
    ['another issuer', { issuer: 'https://id.evil.example' }, 400, 'wrong_issuer', 'as it stands there'],
    ['the issuer with a slash', { issuer: `${ISSUER}/` }, 400, 'wrong_issuer', ''],
    ['no subject', { subject: '' }, 400, 'bad_body', 'subject is empty'],
    ['a subject with a line break', { subject: 'eve\nadmin' }, 400, 'bad_body', 'control characters'],
    [
      'a verification that is a text',
      { email_verified: 'true' },
      400,
      'bad_body',
      'email_verified must be true or false',
    ],
    ['a key that nobody knows', { account: ADA }, 400, 'bad_body', 'account'],
    ['a session without a wish to link', { access_token: 'kgat_x' }, 400, 'bad_body', 'link_to'],
    ['sign-in and refresh in one', { refresh_token: 'kgrt_x' }, 400, 'bad_body', 'provider'],
  ])('of %s is refused, and says what to do', async (...[, change, status, code, sentence]) => {
    const answer = await signIn(change);

    expect([answer.status, told(answer).code]).toEqual([status, code]);
    expect(answer.text).toContain(sentence);
    expect(planes.store.query('SELECT hash FROM sessions')).toEqual([]);
    expect(planes.store.query('SELECT id FROM accounts')).toEqual([]);
  });

  test('a body that is no JSON, or 65 kB of it, is refused', async () => {
    const headers = { authorization: `Bearer ${portal}` };
    const at = (body: string) => call(planes.adminUrl + OAUTH, { method: 'POST', headers, body });

    expect((await at('{')).status).toBe(400);
    expect((await at('[]')).status).toBe(400);
    expect((await at(JSON.stringify({ name: 'x'.repeat(65_536) }))).status).toBe(413);
  });
});

describe('an approver', () => {
  const ada = { subject: 'ada', email: ADA, email_verified: true };

  test('is signed in by their address only where the provider is authoritative for it', async () => {
    const doubtful = await signIn(ada);
    configure({ authoritativeFor: ['example.org'] });
    const unverified = await signedIn({ ...ada, subject: 'x', email_verified: false });
    const sure = await signedIn(ada);

    expect([doubtful.status, told(doubtful).code]).toEqual([409, 'prove_first']);
    expect(unverified).toMatchObject({ how: 'created' });
    expect(unverified.sub).not.toBe(ADA);
    expect(sure).toMatchObject({ how: 'linked', sub: ADA });
    expect(await introspect(sure.access_token)).toMatchObject({ sub: ADA, username: ADA });
  });

  test('sites.toml says whom a provider signs in here as well', async () => {
    configure({ allowedDomains: ['koder.dev'] });
    const without = await signIn();
    const outside = await signIn({ email: 'eve@example.org', email_verified: true });
    configure({ kind: 'google', allowedDomains: ['koder.dev'] });
    const consumer = await signIn({ email: 'eve@koder.dev', email_verified: true });
    const inside = await signIn({ email: 'eve@koder.dev', email_verified: true, hosted_domain: 'koder.dev' });
    configure({ allowedTenants: ['t1'] });
    const foreign = await signIn({ tenant: 't2' });

    const codes = [without, outside, consumer, inside, foreign].map((answer) => told(answer).code);
    expect(codes).toEqual(['email_missing', 'not_allowed', 'not_allowed', undefined, 'not_allowed']);
  });

  test('of GitHub no address is anybody’s', async () => {
    const of = { provider: 'github', issuer: 'https://github.com', subject: '583231' };

    const answer = await signedIn({ ...of, email: '583231+ada@users.noreply.github.com', email_verified: true }, other);

    expect(answer.how).toBe('created');
    expect(planes.store.query('SELECT email FROM credentials')).toEqual([{ email: null }]);
  });
});

describe('linking', () => {
  const second = { subject: 'eve-at-work' };

  test('without a live session of that account, and of this service, is refused', async () => {
    const { sub, access_token } = await signedIn();
    const [theirs, elsewhere] = [await signedIn({ subject: 'bob' }), await signedIn({}, other)];
    const answers = [
      await signIn({ ...second, link_to: sub }),
      await signIn({ ...second, link_to: sub, access_token: `kgat_${'0'.repeat(64)}` }),
      await signIn({ ...second, link_to: sub, access_token: elsewhere.access_token }),
      await signIn({ ...second, link_to: sub, access_token: theirs.access_token }),
      await signIn({ ...second, link_to: BOB, access_token }),
    ];

    expect(answers.map((answer) => [answer.status, told(answer).code])).toEqual([
      [401, 'session_needed'],
      [401, 'session_needed'],
      [401, 'session_needed'],
      [403, 'other_account'],
      [403, 'other_account'],
    ]);
    expect(planes.store.query(`SELECT subject FROM credentials WHERE subject = 'eve-at-work'`)).toEqual([]);
  });

  test('adds to the account, ends what it had been signed in to, and takes nothing from another', async () => {
    const before = await signedIn();
    const linked = await signedIn({ ...second, link_to: before.sub, access_token: before.access_token });
    await signedIn({ subject: 'bob' });
    const taken = await signIn({ subject: 'bob', link_to: linked.sub, access_token: linked.access_token });

    expect(linked).toMatchObject({ sub: before.sub, how: 'linked' });
    expect(await introspect(before.access_token)).toEqual({ active: false });
    expect(await signedIn(second)).toMatchObject({ sub: before.sub, how: 'known' });
    expect([taken.status, told(taken).code]).toEqual([409, 'linked_to_another']);
  });

  test('wants a sign-in of the last ten minutes', async () => {
    const { sub, access_token, refresh_token } = await signedIn();
    planes.advance(600_001);
    const late = await signIn({ ...second, link_to: sub, access_token });
    const { access_token: renewed } = told(await post({ refresh_token }));
    const refreshed = await signIn({ ...second, link_to: sub, access_token: renewed });

    expect([late.status, told(late).code]).toEqual([401, 'session_too_old']);
    expect(told(refreshed).code).toBe('session_too_old');
  });

  test('of two services one’s right to a provider is not the other’s', async () => {
    const { sub, access_token } = await signedIn();
    const github = { provider: 'github', issuer: 'https://github.com', subject: '1' };

    expect(told(await signIn({ ...github, link_to: sub, access_token })).code).toBe('provider_not_allowed');
  });
});
