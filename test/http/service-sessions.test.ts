/** What a service holds for somebody: refreshed by one token at a time, introspected, and over when the account's sessions are. */
import { describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { ADA } from '../fixtures/http/planes.js';
import {
  admin,
  configure,
  events,
  INTROSPECT,
  introspect,
  openServices,
  other,
  planes,
  portal,
  refresh,
  signedIn,
  signIn,
  startServices,
  told,
  type Told,
} from '../fixtures/http/service-calls.js';
import { call } from '../fixtures/http/visitor-client.js';

openServices();

const RACERS = 20;

describe('introspection', () => {
  test('says of a live token whose it is, since when and until when, in the shape of RFC 7662', async () => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const { access_token, sub } = await signedIn();

    const { exp, auth_time, ...rest } = await introspect(access_token, other);

    expect(rest).toEqual({
      active: true,
      token_type: 'Bearer',
      sub,
      username: 'Eve',
      client_id: 'portal',
      iss: planes.publicUrl,
      amr: ['provider'],
    });
    expect(Math.abs(Number(auth_time) - nowSeconds)).toBeLessThan(10);
    expect(Math.abs(Number(exp) - nowSeconds - 600)).toBeLessThan(10);
  });

  test('of anything else says that it is not active, and nothing more', async () => {
    const { access_token, refresh_token } = await signedIn();
    const [, family = ''] = refresh_token.split('_');

    for (const text of ['', 'x', refresh_token, family, access_token.slice(5), ` ${access_token}`, portal])
      expect(await introspect(text)).toEqual({ active: false });
  });

  test('wants a form with one token', async () => {
    const { access_token } = await signedIn();
    const post = (type: string, body: string) =>
      call(planes.adminUrl + INTROSPECT, {
        method: 'POST',
        headers: { authorization: `Bearer ${portal}`, 'content-type': type },
        body,
      });
    const form = 'application/x-www-form-urlencoded';

    const answers = [
      await post('application/json', JSON.stringify({ token: access_token })),
      await post(form, ''),
      await post(form, `token=${access_token}&token=${access_token}`),
      await post(form, `token=${'x'.repeat(65_536)}`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  });
});

describe('a refresh token', () => {
  test('is good once, and gives the next and a new access token', async () => {
    const first = await signedIn();

    const answer = await refresh(first);

    expect(answer.status).toBe(200);
    const second = told(answer);
    expect(second).toMatchObject({ sub: first.sub, expires_in: 600 });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await introspect(second.access_token)).toMatchObject({ active: true, sub: first.sub });
    expect((await refresh(second)).status).toBe(200);
  });

  test('that comes again ends the session and every token of it, and that is told', async () => {
    const first = await signedIn();
    const second = told(await refresh(first));

    const reused = await refresh(first);

    expect([reused.status, told(reused).code]).toEqual([401, 'refresh_token_reused']);
    for (const { access_token } of [first, second]) expect(await introspect(access_token)).toEqual({ active: false });
    expect(told(await refresh(second)).code).toBe('session_over');
    const reuses = events.filter(({ event }) => event === 'auth_gate.refresh_token_reused');
    expect(reuses).toEqual([{ event: 'auth_gate.refresh_token_reused', account: first.sub, service: 'portal' }]);
    const trail = await planes.store.ledger.audit.recent(5);
    expect(trail.find(({ what }) => what !== 'sign_in_refused')).toMatchObject({
      who: first.sub,
      what: 'refresh_token_reused',
      detail: { service: 'portal' },
    });
  });

  test(`brought by ${String(RACERS)} at once goes on for one at most, and is a reuse for the rest`, async () => {
    const first = await signedIn();

    const answers = await Promise.all(Array.from({ length: RACERS }, () => refresh(first)));

    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.filter((answer) => told(answer).code === 'refresh_token_reused')).toHaveLength(1);
    expect(await introspect(first.access_token)).toEqual({ active: false });
  });

  test('is its own service’s, and a made-up one ends nothing', async () => {
    const first = await signedIn();
    const [, family = '', turn = ''] = first.refresh_token.split('_');
    const made = { refresh_token: `kgrt_${turn}_${family}` };

    expect(told(await refresh(first, other)).code).toBe('session_over');
    expect(told(await refresh(made)).code).toBe('session_over');
    expect((await refresh(first)).status).toBe(200);
  });

  test('does not outlive a session that was not refreshed in time', async () => {
    const first = await signedIn();
    await planes.store.ledger.identity.endSessions({ by: 'all' }, ENDED);

    expect(told(await refresh(first)).code).toBe('session_over');
  });
});

const ENDED = { who: 'operator:eva', what: 'sessions_ended', surface: 'cli', site: null, address: null, detail: {} };

describe('it is over', () => {
  async function isOver({ access_token, refresh_token }: Told): Promise<boolean> {
    const { active } = await introspect(access_token);
    return active === false && (await refresh({ refresh_token })).status === 401;
  }

  test('when an operator ends the account’s sessions, or disables it', async () => {
    const [ended, disabled, living] = [
      await signedIn(),
      await signedIn({ subject: 'bob' }),
      await signedIn({ subject: 'ivy' }),
    ];

    await admin('/v1/sessions/end', { account: ended.sub, operator: 'eva' });
    await admin('/v1/accounts/state', { account: disabled.sub, state: 'disabled', operator: 'eva' });

    expect(await isOver(ended)).toBe(true);
    expect(await isOver(disabled)).toBe(true);
    expect(told(await signIn({ subject: 'bob' })).code).toBe('account_disabled');
    expect(await introspect(living.access_token)).toMatchObject({ active: true });
  });

  test('for both at once, should the account be disabled behind our back', async () => {
    const first = await signedIn();
    const audit = { ...ENDED, what: 'account_disabled' };
    await planes.store.ledger.identity.setAccountState({ account: first.sub as AccountId, state: 'disabled' }, audit);

    expect(await isOver(first)).toBe(true);
  });
});

/** What a sign-in writes of somebody. That it was refused is written, too, and counted. */
function kept() {
  const all = (table: string) => planes.store.query(`SELECT * FROM ${table} ORDER BY 1`);
  const audit = all('audit').filter(({ what }) => what !== 'sign_in_refused');
  return { accounts: all('accounts'), credentials: all('credentials'), sessions: all('sessions'), audit };
}

describe('a second factor', () => {
  test('where everybody gives one a provider’s word is not enough: there are no tokens', async () => {
    await planes.stop();
    await startServices({ secondFactor: 'required' });
    const before = kept();

    const answer = await signIn();

    expect([answer.status, told(answer).code]).toEqual([403, 'second_factor_needed']);
    expect(JSON.parse(answer.text)).toMatchObject({ needs: 'enrolment', sign_in: `${planes.publicUrl}/sign-in` });
    expect(answer.text).not.toMatch(/kga?r?t_/);
    expect(planes.store.query('SELECT hash FROM sessions')).toEqual([]);
    expect(kept()).toEqual(before);
  });

  test('that is lacking links nobody either, also where the provider may say whose mailbox it is', async () => {
    configure({ authoritativeFor: ['example.org'] });
    const app = { account: ADA as string as AccountId, sealed: 'sealed' };
    await planes.store.ledger.factors.beginTotp(app);
    await planes.store.ledger.factors.confirmTotp({ ...app, step: 1, session: 'none' }, ENDED);
    const before = kept();

    const answer = await signIn({ subject: 'ada', email: ADA, email_verified: true });

    expect([answer.status, told(answer).code]).toEqual([403, 'second_factor_needed']);
    expect(kept()).toEqual(before);
    expect(before.credentials).toEqual([]);
  });

  test('is asked of whoever has set one up, and of sessions that there are, at once', async () => {
    configure({ authoritativeFor: ['example.org'] });
    const ada = { subject: 'ada', email: ADA, email_verified: true };
    const first = await signedIn(ada);
    const app = { account: ADA as string as AccountId, sealed: 'sealed' };
    await planes.store.ledger.factors.beginTotp(app);
    await planes.store.ledger.factors.confirmTotp({ ...app, step: 1, session: 'none' }, ENDED);

    expect(await introspect(first.access_token)).toEqual({ active: false });
    for (const answer of [await refresh(first), await signIn(ada)]) {
      expect([answer.status, told(answer).code]).toEqual([403, 'second_factor_needed']);
      expect(JSON.parse(answer.text)).toMatchObject({ needs: 'second_factor' });
    }
    expect(planes.store.query('SELECT hash FROM sessions')).toEqual([]);
  });
});
