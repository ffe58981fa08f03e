/**
 * Microsoft Entra for people of several tenants: what it says of itself names no tenant (`{tenantid}`), its tokens do, and it knows this
 * gate by a certificate. A lying provider stands in its place.
 */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import type { HttpCall } from '../../src/base/net/http-client.js';
import { startLyingOpenId, type LyingOpenId } from '../fakes/lying-open-id.js';
import { asMicrosoft, entraConfig, issuerOf, METADATA, ONE, signInAtEntra, TWO } from '../fixtures/identity/entra.js';
import { startProviderStage, type ProviderStage } from '../fixtures/identity/provider-stage.js';

const OTHER = 'other';

let stage: ProviderStage;
let openId: LyingOpenId;
let calls: HttpCall[];

beforeEach(async () => {
  calls = [];
  openId = await startLyingOpenId();
  stage = await startProviderStage({}, (http) =>
    asMicrosoft(
      http,
      () => openId,
      (sent) => void calls.push(sent),
    ),
  );
  offer();
});

afterEach(async () => {
  await stage.stop();
  await openId.close();
});

function offer(change: Parameters<typeof entraConfig>[0] = {}): void {
  stage.offer(entraConfig(change));
}

async function signIn(claims: Readonly<Record<string, unknown>>): Promise<number> {
  return (await signInAtEntra(claims, { planes: stage.planes, openId })).status;
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
