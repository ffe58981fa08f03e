/** Every way of proof keeps every promise, and every case catches its mutant. */
import { AssertionError } from 'node:assert';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFakeVerifier, type FakeVerifier } from '../../fakes/verifier.js';
import type { CallerCase } from './case.js';
import { clientCertificateCases } from './client-certificate-cases.js';
import { hmacTokenCases } from './hmac-token-cases.js';
import { remoteVerifierCases } from './remote-verifier-cases.js';
import { onScene } from './fixture.js';
import { serviceTokenCases } from './service-token-cases.js';
import { staticBearerCases } from './static-bearer-cases.js';

let verifier: FakeVerifier;
beforeAll(async () => {
  verifier = await startFakeVerifier();
});
afterAll(() => verifier.close());

describe('static bearers', () => play(staticBearerCases));
describe('HMAC tokens', () => play(hmacTokenCases));
describe('service tokens', () => play(serviceTokenCases));
describe('a remote verifier', () => play(remoteVerifierCases));
describe('client certificates', () => play(clientCertificateCases));

function play(cases: readonly CallerCase[]): void {
  for (const { promise, input, check, mutant } of cases) {
    test(promise, async () => {
      await expect(onScene(input(verifier), check, { verifier })).resolves.toBeUndefined();
    });

    test(`${promise} (its mutant is caught)`, async () => {
      await expect(onScene(input(verifier), check, { verifier, mutant })).rejects.toBeInstanceOf(AssertionError);
    });
  }
}
