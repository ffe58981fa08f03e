/** Mail providers and mailboxes over the admin plane's API: what is taken, what is refused and why, and what the audit says. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { BEARER, get, post } from '../fixtures/http/admin-calls.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { MAIL_SOURCES } from '../fixtures/http/mail-records.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { HOST, OPERATOR } from '../fixtures/http/planes.js';
import { call } from '../fixtures/http/visitor-client.js';

const PROVIDERS = '/api/mail/providers';
const MAILBOXES = '/api/mail/mailboxes';
const SMTP = { name: 'relay', kind: 'smtp', host: 'mx.example.org', user: 'gate' };
const GRAPH = { name: 'graph', kind: 'graph', tenant: 'contoso.example', client_id: 'app-1' };
const BOX = { address: 'gate@example.org', provider: 'relay' };
const ANY = z.record(z.string(), z.unknown());
const by = { operator: 'eva' };

openPlanes(() => ({ mail: { sources: MAIL_SOURCES } }));

async function sent(path: string, body: Readonly<Record<string, unknown>>) {
  const answer = await post(path, { ...by, ...body });
  return { status: answer.status, body: ANY.parse(JSON.parse(answer.text)) };
}

async function removed(path: string) {
  const answer = await call(`${planes.adminUrl}${path}?operator=eva`, { method: 'DELETE', headers: BEARER });
  return { status: answer.status, body: ANY.parse(JSON.parse(answer.text)) };
}

async function shown(path: string) {
  const answer = await get(path);
  return { status: answer.status, body: ANY.parse(JSON.parse(answer.text)) };
}

async function said() {
  const rows = await planes.store.ledger.audit.recent(50);
  return rows.filter(({ what }) => what.startsWith('mail')).reverse();
}

/** The fields that were named, each with what is said of it. */
async function wrongIn(
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, string>>> {
  const answer = await sent(path, body);
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad_fields' } });
  const fields = z.array(z.object({ field: z.string(), problem: z.string() })).parse(answer.body['fields']);
  return Object.fromEntries(fields.map(({ field, problem }) => [field, problem]));
}

describe('a provider', () => {
  test('is made with its defaults, changed, paused, resumed and removed, each act audited with before and after', async () => {
    const made = await sent(PROVIDERS, SMTP);
    const changed = await sent(`${PROVIDERS}/relay`, { host: 'mx2.example.org', version: 1 });
    const paused = await sent(`${PROVIDERS}/relay/pause`, { reason: 'wrong password' });
    const resumed = await sent(`${PROVIDERS}/relay/resume`, {});
    const gone = await removed(`${PROVIDERS}/relay`);

    expect(made).toMatchObject({ status: 200, body: { name: 'relay', state: 'active', origin: 'stored', version: 1 } });
    expect(made.body['endpoint']).toEqual({
      ...{ host: 'mx.example.org', port: 587, tls: 'required', user: 'gate' },
      ...{ oauth_token_url: null, oauth_client_id: null, oauth_grant: null, oauth_scope: null },
      ...{ dkim_domain: null, dkim_selector: null, bounce_address: null },
    });
    expect(changed.body).toMatchObject({ version: 2, endpoint: { host: 'mx2.example.org', user: 'gate' } });
    expect(paused.body).toMatchObject({ state: 'paused', pausedReason: 'wrong password' });
    expect(resumed.body).toMatchObject({ state: 'active', pausedReason: null });
    expect([gone.status, (await shown(`${PROVIDERS}/relay`)).status]).toEqual([200, 404]);
    const trail = await said();
    expect(trail.map(({ what }) => what.replace('mail_provider_', ''))).toEqual([
      ...['added', 'changed', 'paused', 'resumed', 'removed'],
    ]);
    expect(trail.map(({ who, surface }) => `${who} ${surface}`)).toEqual(Array(5).fill('operator:eva cli'));
    for (const [at, { detail }] of trail.entries()) {
      expect(detail['before']).toBe(trail[at - 1]?.detail['after'] ?? null);
      expect(detail['provider']).toBe('relay');
    }
  });

  test('of Graph has the addresses of Microsoft, and the token address follows its tenant', async () => {
    await sent(PROVIDERS, GRAPH);
    const moved = await sent(`${PROVIDERS}/graph`, { tenant: 'fabrikam.example' });

    expect(moved.body['endpoint']).toEqual({
      tenant: 'fabrikam.example',
      client_id: 'app-1',
      api_url: 'https://graph.microsoft.com/v1.0',
      token_url: 'https://login.microsoftonline.com/fabrikam.example/oauth2/v2.0/token',
    });
  });

  test('that is wrong is refused with every wrong field, and nothing is made', async () => {
    const bad = {
      ...SMTP,
      name: 'Relay 1',
      host: 'mx:25',
      port: 0,
      tls: 'starttls',
      user: 'a\r\nb',
      passwrod: 'hunter2',
    };
    const wrong = await wrongIn(PROVIDERS, bad);

    expect(Object.keys(wrong).sort()).toEqual(['host', 'name', 'passwrod', 'port', 'tls', 'user']);
    expect(JSON.stringify(wrong)).not.toContain('hunter2');
    expect((await shown(PROVIDERS)).body['providers']).toHaveLength(2);
    expect(await said()).toEqual([]);
  });

  test.each([
    [{ ...SMTP, name: 'env' }, 'name', 'choose another name'],
    [{ ...SMTP, tls: 'none' }, 'tls', 'in clear'],
    [{ ...SMTP, oauth_token_url: 'https://id.example.org/token' }, 'oauth_client_id', 'is missing'],
    [{ ...SMTP, policy: { throttle: { per_minute: -1 } } }, 'policy.throttle.per_minute', 'does not fit'],
    [{ ...SMTP, policy: { throtle: {} } }, 'policy.throtle', 'Did you mean throttle?'],
    [{ ...SMTP, tenant: 'x' }, 'tenant', 'is no field of a mail server'],
    [{ ...GRAPH, api_url: 'http://graph.example.org' }, 'api_url', 'must be https'],
    [{ ...GRAPH, token_url: 'https://me:pw@graph.example.org' }, 'token_url', 'take them out'],
    [{ name: 'relay', kind: 'sendgrid' }, 'kind', 'must be smtp or graph'],
    [{ ...GRAPH, client_id: undefined }, 'client_id', 'is missing'],
  ])('is refused where it makes no sense: %j', async (body, field, problem) => {
    expect(await wrongIn(PROVIDERS, body)).toEqual({ [field]: expect.stringContaining(problem) });
  });

  test('plain http is for loopback alone', async () => {
    const local = { ...GRAPH, api_url: 'http://127.0.0.1:9/v1.0/', token_url: 'http://localhost:9/token' };

    expect((await sent(PROVIDERS, local)).body['endpoint']).toMatchObject({ api_url: 'http://127.0.0.1:9/v1.0' });
  });

  test('of the environment or of sites.toml is shown and not changed, and its name is taken', async () => {
    const { body } = await shown(PROVIDERS);

    expect(body['providers']).toMatchObject([
      { name: 'env', origin: 'env', secrets: [{ purpose: 'smtp.password', origin: 'env', version: null }] },
      { name: 'office', origin: 'declared', mailboxes: ['office@example.org'] },
    ]);
    expect(JSON.stringify(body)).not.toContain('the password of');
    const refused = await Promise.all([
      sent(`${PROVIDERS}/office`, {}),
      removed(`${PROVIDERS}/env`),
      sent(PROVIDERS, { ...SMTP, name: 'office' }),
    ]);
    expect(refused.map((one) => [one.status, one.body['code']])).toEqual([
      ...[[409, 'read_only'], [409, 'read_only'], [409, 'name_taken']], // prettier-ignore
    ]);
    const put = { provider: 'office', purpose: 'smtp.password', secret: 'hunter2' };
    expect(await sent('/api/mail/secrets', put)).toMatchObject({ status: 409, body: { code: 'read_only' } });
  });

  test('stays while mailboxes use it, keeps its kind, and is changed by whoever has seen it last', async () => {
    await sent(PROVIDERS, SMTP);
    await sent(MAILBOXES, BOX);

    expect(await removed(`${PROVIDERS}/relay`)).toMatchObject({
      status: 409,
      body: { code: 'provider_used', mailboxes: [BOX.address] },
    });
    expect(await wrongIn(`${PROVIDERS}/relay`, { kind: 'graph' })).toHaveProperty('kind');
    await sent(`${PROVIDERS}/relay`, { port: 2525, version: 1 });
    const late = await sent(`${PROVIDERS}/relay`, { port: 25, version: 1 });
    expect(late).toMatchObject({ status: 409, body: { code: 'outdated' } });
    expect(await sent(`${PROVIDERS}/relay/resume`, {})).toMatchObject({ status: 409, body: { code: 'not_paused' } });
    const unknown = await sent(`${PROVIDERS}/relais/pause`, { reason: 'x' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'unknown_provider' } });
    expect(unknown.body['detail']).toContain('Did you mean relay?');
  });
});

describe('a mailbox', () => {
  test('is made of a typed address and a host of a site, changed, paused and removed', async () => {
    await sent(PROVIDERS, SMTP);
    const made = await sent(MAILBOXES, { ...BOX, address: ' Gate@EXAMPLE.org', name: 'Koder Gate', sites: [HOST] });
    const changed = await sent(`${MAILBOXES}/GATE@example.org`, { priority: 3, sites: [] });
    const paused = await sent(`${MAILBOXES}/gate@example.org/pause`, { reason: 'moving' });
    const gone = await removed(`${MAILBOXES}/gate@example.org`);

    expect(made.body).toMatchObject({ address: 'gate@example.org', name: 'Koder Gate', sites: [HOST], priority: 100 });
    expect(changed.body).toMatchObject({ priority: 3, sites: [], name: 'Koder Gate', version: 2 });
    expect(paused.body).toMatchObject({ state: 'paused', pausedReason: 'moving' });
    expect([gone.status, (await shown(`${MAILBOXES}/gate@example.org`)).status]).toEqual([200, 404]);
    expect((await said()).slice(1).map(({ what }) => what)).toEqual([
      ...['mailbox_added', 'mailbox_changed', 'mailbox_paused', 'mailbox_removed'],
    ]);
  });

  test('that is wrong is refused with every wrong field', async () => {
    const bad = {
      address: 'gate@example.org, eve@example.org',
      provider: 'relais',
      name: 'a\nb',
      priority: 1.5,
      site: 'x',
    };
    expect(Object.keys(await wrongIn(MAILBOXES, bad)).sort()).toEqual(['address', 'name', 'priority', 'site']);

    const unknown = { ...BOX, provider: 'offices', sites: ['nowhere.example'], producers: ['jett'] };
    const wrong = await wrongIn(MAILBOXES, unknown);
    expect(wrong['provider']).toContain('did you mean office?');
    expect(Object.keys(wrong)).toEqual(['provider', 'sites', 'producers']);
  });
});

test('a session reads, and changes nothing: that wants the bearer', async () => {
  const operator = await signedInAtAdmin(planes, OPERATOR);
  const own = { origin: planes.adminUrl, 'sec-fetch-site': 'same-origin', cookie: operator.cookieHeader() };

  expect((await operator.visit(PROVIDERS, { accept: 'application/json' })).status).toBe(200);
  expect((await post(PROVIDERS, { ...by, ...SMTP }, own)).status).toBe(403);
  expect((await get(PROVIDERS, {})).status).toBe(401);
  expect(await said()).toEqual([]);
});
