/** A provider that knows this gate by its key (`private_key_jwt`): a real OpenID provider on loopback. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import { startFakeOpenId } from '../fakes/open-id.js';
import { browser } from '../fixtures/http/visitor-client.js';
import {
  CALLBACK,
  providerConfig,
  signInWith,
  startProviderStage,
  type ProviderStage,
} from '../fixtures/identity/provider-stage.js';

let stage: ProviderStage;

beforeEach(async () => {
  stage = await startProviderStage();
});

afterEach(() => stage.stop());

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

test.each([
  ['RS256', rsa, true, null],
  ['PS256', rsa, true, null],
  ['PS256', rsa, true, 'the-thumbprint-of-its-certificate'],
  ['ES256', ec, true, null],
  ['ES256', ec, false, null],
] as const)('%s, of a key that the provider knows: %#', async (...[algorithm, made, isKnown, thumbprint]) => {
  const { publicKey, privateKey } = made();
  const known = isKnown ? publicKey : made().publicKey;
  const openId = await startFakeOpenId(() => stage.planes.publicUrl + CALLBACK, {
    client_secret: undefined,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: algorithm,
    jwks: { keys: [{ ...known.export({ format: 'jwk' }), use: 'sig' }] },
  });
  const pem = new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const clientKey = { pem, algorithm, thumbprint };
  stage.offer(providerConfig({ issuer: openId.issuer, clientSecret: new Secret(''), clientKey }));

  const answer = await signInWith(browser(stage.planes), stage.planes);
  await openId.close();

  expect(answer.status).toBe(isKnown ? 303 : 502);
});
