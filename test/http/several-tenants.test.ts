/**
 * One table for people of several tenants of Microsoft Entra: by a browser, by a service's word, on a site's list and as they sign out
 * there, somebody is the same person, and the same number in another tenant is somebody else.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../src/base/net/http-client-node.js';
import type { HttpClient } from '../../src/base/net/http-client.js';
import { startLyingOpenId, type LyingOpenId } from '../fakes/lying-open-id.js';
import { ask, forwarded, HOST, named, site } from '../fixtures/gate/running-gate.js';
import { ADMIN_TOKEN } from '../fixtures/http/planes.js';
import { call, type Answer, type Browser } from '../fixtures/http/visitor-client.js';
import { asMicrosoft, COMMON, entraConfig, issuerOf, ONE, signInAtEntra, TWO } from '../fixtures/identity/entra.js';
import {
  begin,
  continueAs,
  gate,
  newJar,
  openAtSite,
  openRelyingSite,
  planes,
  type Jar,
} from '../fixtures/identity/relying-site.js';
import { configOf } from '../fixtures/sites/loading.js';
import { site as siteToml } from '../fixtures/sites/problems.js';

const OTHER = 'e7a1b6c2-0000-4000-8000-000000000000';
const LISTED = configOf({
  sites: `${siteToml('environment = "stg"', 'admin = "ada@example.org"\nenabled = true\npassage = [{ provider = "koder", subject = "ada" }]')}
[identity.providers.koder]
kind = "oidc"
issuer = "${COMMON}"
client_id = "koder-gate"
client_secret_env = "KODER_ID_SECRET"
allowed_tenants = ["${ONE}"]
`,
  environment: { KODER_ID_SECRET: 'a-secret-of-entra' },
}).directory.sites[0]?.passage;

let openId: LyingOpenId;
let http: HttpClient;
const configured = new Map([['koder', entraConfig()]]);

beforeEach(async () => {
  openId = await startLyingOpenId();
  http = createHttpClient({ egress: 'any', allowedNetworks: [] });
});

openRelyingSite({
  planes: {
    services: new Map([['portal', ['koder']]]),
    providers: {
      configured: () => configured,
      http: { call: (sent) => asMicrosoft(http, () => openId).call(sent) },
    },
  },
  gate: { sites: [site({ passage: LISTED ?? [] })] },
});

afterEach(async () => {
  http.close();
  await openId.close();
});

async function signIn(tenant: string): Promise<Browser> {
  const { status, person } = await signInAtEntra({ iss: issuerOf(tenant), tid: tenant }, { planes, openId });
  expect(status).toBe(303);
  return person;
}

async function isSignedIn(person: Browser): Promise<boolean> {
  return (await person.get('/account')).text.includes('title="Your account"');
}

function credentials() {
  return planes.store.query('SELECT issuer, subject, account FROM credentials ORDER BY issuer') as readonly {
    readonly issuer: string;
    readonly account: string;
  }[];
}

describe('on a site’s list', () => {
  async function check(jar: Jar): Promise<number> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...forwarded({ host: HOST }), cookie };
    return (await ask(gate.port, { path: named('/auth/nginx/GET/x', HOST), headers })).status;
  }

  test.each([
    ['of a tenant that the table names passes', ONE, 204],
    ['of a tenant that the table does not name any more passes not', TWO, 403],
  ])('somebody %s', async (_who, tenant, status) => {
    const [jar, person] = [newJar(), await signIn(tenant)];

    await openAtSite(await continueAs(person, await begin(jar)), { jar });

    expect(await check(jar)).toBe(status);
  });
});

describe('a service', () => {
  let bearer: string;

  beforeEach(async () => {
    const body = JSON.stringify({ service: 'portal', label: '', ttlSeconds: 3_600, operator: 'eva' });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const { text } = await call(`${planes.adminUrl}/v1/identity-tokens`, { method: 'POST', headers, body });
    bearer = (JSON.parse(text) as { readonly token: string }).token;
  });

  function say(change: Readonly<Record<string, unknown>>): Promise<Answer> {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ provider: 'koder', issuer: COMMON, subject: 'ada', ...change });
    return call(`${planes.adminUrl}/auth/oauth`, { method: 'POST', headers, body });
  }

  async function accountBy(change: Readonly<Record<string, unknown>>): Promise<unknown> {
    const answer = await say(change);
    expect(answer.status).toBe(200);
    return (JSON.parse(answer.text) as { readonly sub: string }).sub;
  }

  test('signs in two people by one number in two tenants, by either way of naming the issuer', async () => {
    const [one, two] = [await accountBy({ tenant: ONE }), await accountBy({ tenant: TWO })];

    expect(one).not.toBe(two);
    expect(await accountBy({ tenant: ONE, issuer: issuerOf(ONE) })).toBe(one);
    expect(credentials()).toMatchObject([{ issuer: issuerOf(ONE) }, { issuer: issuerOf(TWO) }]);
  });

  test('signs in whoever a browser has signed in, as the same person', async () => {
    await signIn(ONE);
    const account = await accountBy({ tenant: ONE });

    expect(credentials()).toEqual([{ issuer: issuerOf(ONE), subject: 'ada', account }]);
  });

  test.each([
    ['no tenant', {}, 400, 'tenant_missing'],
    ['no tenant but in the issuer', { issuer: issuerOf(ONE) }, 400, 'tenant_missing'],
    ['a tenant that sites.toml does not name', { tenant: OTHER }, 403, 'not_allowed'],
    ['the template for a tenant', { tenant: '{tenantid}' }, 403, 'not_allowed'],
    ['the issuer of another tenant', { tenant: ONE, issuer: issuerOf(TWO) }, 400, 'wrong_issuer'],
  ])('that says %s is refused with the reason', async (...[, change, status, code]) => {
    const answer = await say(change);

    expect([answer.status, (JSON.parse(answer.text) as { readonly code: string }).code]).toEqual([status, code]);
    expect(credentials()).toEqual([]);
  });
});

describe('signing out there', () => {
  function logOut(tenant: string): Promise<Answer> {
    const body = new URLSearchParams({ logout_token: openId.logoutToken({ claims: { iss: issuerOf(tenant) } }) });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = `${planes.publicUrl}/sign-in/with/koder/logout`;
    return call(url, { method: 'POST', headers, body: body.toString() });
  }

  test('ends the sessions of that person here, and not those of the same number in another tenant', async () => {
    const [one, two] = [await signIn(ONE), await signIn(TWO)];

    expect((await logOut(ONE)).status).toBe(200);
    expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([false, true]);
  });

  test.each([OTHER, '{tenantid}', 'common'])('ends nothing by the word of %s', async (tenant) => {
    const one = await signIn(ONE);

    expect((await logOut(tenant)).status).toBe(400);
    expect(await isSignedIn(one)).toBe(true);
  });
});
