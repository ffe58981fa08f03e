/** What is taken for a secret: of a purpose that its provider has, in the form that the purpose needs; and nothing of it is quoted. */
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { MailSecretPurpose } from '../../src/contract/mail-records.js';
import { secretWrong } from '../../src/mail/secrets/secret-fields.js';
import { makeAuthority } from '../fakes/certificate.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const authority = makeAuthority('tests');
const strong = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const [ofEdwards, ofCurve] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })];
const past = { fromMs: NOW_MS - 3 * DAY_MS, untilMs: NOW_MS - DAY_MS };

function issued(keys: KeyPairKeyObjectResult, span?: typeof past): string {
  const { cert, key } = authority.issue('gate', span, keys);
  return `${key}\n${cert}`;
}

function pem({ privateKey }: KeyPairKeyObjectResult): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function wrongOf(kind: 'smtp' | 'graph', purpose: MailSecretPurpose, secret: string): string {
  return secretWrong({ kind }, { purpose, secret }, NOW_MS)
    .map(({ field, problem }) => `${field} ${problem}`)
    .join('; ');
}

test.each([
  ['smtp', 'smtp.password', 'correct horse: battery/staple@1'],
  ['smtp', 'smtp.dkim_key', pem(strong)],
  ['graph', 'graph.client_secret', 'abc~1.2_3-4'],
  ['graph', 'graph.certificate', issued(strong)],
] as const)('a provider of the kind %s takes a %s', (kind, purpose, secret) => {
  expect(wrongOf(kind, purpose, secret)).toBe('');
});

test.each([
  ['smtp', 'graph.client_secret', 'hunter2', 'purpose is none of a provider of the kind smtp'],
  ['graph', 'smtp.password', 'hunter2', 'graph.client_secret or graph.certificate'],
  ['smtp', 'smtp.password', 'hunter2\nX-Header: x', 'secret must be one line'],
  ['smtp', 'smtp.dkim_key', 'hunter2', 'secret is no private key in PEM'],
  ['smtp', 'smtp.dkim_key', pem(ofEdwards), 'ed25519, and mails would go out unsigned'],
  ['graph', 'graph.certificate', 'hunter2', 'a certificate and its private key in PEM'],
  ['graph', 'graph.certificate', pem(strong), 'a certificate and its private key in PEM'],
  ['graph', 'graph.certificate', issued(weak), 'an RSA key of 2,048 bits or more'],
  ['graph', 'graph.certificate', issued(ofCurve), 'an RSA key of 2,048 bits or more'],
  ['graph', 'graph.certificate', pem(strong) + authority.cert, 'a private key that is not of the certificate'],
  ['graph', 'graph.certificate', issued(strong, past), 'a certificate that ended on'],
] as const)('a provider of the kind %s refuses as %s what is none', (...given) => {
  const [kind, purpose, secret, problem] = given;
  const wrong = wrongOf(kind, purpose, secret);

  expect(wrong).toContain(problem);
  expect(wrong).not.toMatch(/hunter2|BEGIN/);
});
