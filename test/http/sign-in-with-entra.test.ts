/**
 * Microsoft Entra for people of several tenants: what it says of itself names no tenant (`{tenantid}`), its tokens do, and it knows this
 * gate by a certificate. A lying provider stands in its place.
 */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import type { HttpCall } from '../../src/base/net/http-client.js';
import { startLyingOpenId, type LyingOpenId } from '../fakes/lying-open-id.js';
import { browser } from '../fixtures/http/visitor-client.js';
import {
  atTheProvider,
  begin,
  providerConfig,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

const ORIGIN = 'https://login.microsoftonline.com';
const COMMON = `${ORIGIN}/common/v2.0`;
const [ONE, TWO, OTHER] = ['72f988bf-86f1-41af-91ab-2d7cd011db47', '9188040d-6c67-4c5b-b112-36a304b66dad', 'other'];
const METADATA = {
  issuer: `${ORIGIN}/{tenantid}/v2.0`,
  authorization_endpoint: `${COMMON}/authorize`,
  token_endpoint: `${COMMON}/token`,
  userinfo_endpoint: `${COMMON}/userinfo`,
  jwks_uri: `${COMMON}/keys`,
  authorization_response_iss_parameter_supported: undefined,
};

let stage: ProviderStage;
let openId: LyingOpenId;
let calls: HttpCall[];

beforeEach(async () => {
  calls = [];
  openId = await startLyingOpenId();
  stage = await startProviderStage({}, (http) => ({
    call(sent) {
      calls.push(sent);
      return http.call({ ...sent, url: sent.url.replace(COMMON, openId.issuer) });
    },
  }));
  offer();
});

afterEach(async () => {
  await stage.stop();
  await openId.close();
});

function offer(change: Partial<Parameters<typeof providerConfig>[0]> = {}): void {
  stage.offer(providerConfig({ issuer: COMMON, allowedTenants: [ONE, TWO], ...change }));
}

function issuerOf(tenant: string): string {
  return `${ORIGIN}/${tenant}/v2.0`;
}

async function signIn(claims: Readonly<Record<string, unknown>>): Promise<number> {
  openId.lie = { metadata: METADATA, claims, back: (url) => url.searchParams.delete('iss') };
  const person = browser(stage.planes);
  const there = new URL((await begin(person)).href.replace(COMMON, openId.issuer));
  const back = await atTheProvider(there, stage.planes);
  return (await person.get(back.pathname + back.search)).status;
}

function credentials() {
  return stage.planes.store.query('SELECT issuer, subject FROM credentials ORDER BY issuer');
}

describe('somebody', () => {
  test('of a tenant that is named is known by that tenant: the same number in another is somebody else', async () => {
    expect(await signIn({ iss: issuerOf(ONE), tid: ONE })).toBe(303);
    expect(await signIn({ iss: issuerOf(TWO), tid: TWO })).toBe(303);
    expect(await signIn({ iss: issuerOf(ONE), tid: ONE })).toBe(303);

    expect(credentials()).toEqual([
      { issuer: issuerOf(ONE), subject: 'ada' },
      { issuer: issuerOf(TWO), subject: 'ada' },
    ]);
  });

  test.each([
    ['of another tenant', { iss: issuerOf(OTHER), tid: OTHER }, 403],
    ['of another tenant, who says that they are of ours', { iss: issuerOf(OTHER), tid: ONE }, 502],
    ['of a tenant of ours, who says that they are of another', { iss: issuerOf(ONE), tid: OTHER }, 502],
    ['of no tenant', { iss: issuerOf('undefined') }, 403],
    ['of the template itself', { iss: METADATA.issuer, tid: '{tenantid}' }, 403],
    ['of two tenants', { iss: issuerOf(ONE), tid: [ONE] }, 403],
    ['of no issuer', { iss: undefined, tid: ONE }, 502],
  ])('%s is not signed in', async (_who, claims, status) => {
    expect(await signIn(claims)).toBe(status);
    expect(credentials()).toEqual([]);
  });
});

test('it is told of the certificate by which it knows this gate, and that it is whom the word is for', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const clientKey = { pem, algorithm: 'PS256', thumbprint: 'thumb' } as const;
  offer({ clientSecret: new Secret(''), clientKey });

  expect(await signIn({ iss: issuerOf(ONE), tid: ONE })).toBe(303);

  const exchange = calls.find(({ url }) => url === METADATA.token_endpoint);
  const form = new URLSearchParams(Buffer.from(exchange?.body ?? []).toString());
  const [header = '', payload = ''] = form.get('client_assertion')?.split('.') ?? [];
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(read(header)).toEqual({ alg: 'PS256', 'x5t#S256': 'thumb' });
  expect(read(payload)).toMatchObject({ iss: 'koder-gate', sub: 'koder-gate', aud: METADATA.token_endpoint });
});
