/** A secret as operators give it: of a purpose that its provider has, and in the form that the purpose needs. It is never quoted. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { dkimKeyWrong } from '../../base/crypto/dkim-key.js';
import { smtpSecretsOf } from '../../base/net/smtp-endpoint.js';
import type { MailProvider, MailSecretPurpose } from '../../contract/mail-records.js';
import type { GivenFields, WrongField } from '../../contract/operators-mail.js';
import { oneOf, readFields } from '../records/wrong-fields.js';

const PURPOSES = {
  smtp: ['smtp.password', 'smtp.refresh_token', 'smtp.client_secret', 'smtp.dkim_key'],
  graph: ['graph.client_secret', 'graph.certificate'],
} as const satisfies Record<MailProvider['kind'], readonly MailSecretPurpose[]>;

const ALL = [...PURPOSES.smtp, ...PURPOSES.graph] as const;
/** PS256 (RFC 7518, 3.5). */
const MIN_RSA_BITS = 2_048;
const MAX_CHARACTERS = 12_000;
const ONE_LINE = /^[^\p{Cc}]{1,4096}$/u;

const PLACE = { provider: z.string('must be the name of a provider'), purpose: oneOf(...ALL) };
const SECRET = {
  ...PLACE,
  secret: z
    .string('must be a text')
    .min(1, 'is empty: the file or the standard input had nothing in it')
    .max(MAX_CHARACTERS, `must be at most ${String(MAX_CHARACTERS)} characters`),
};

export function purposesOf(kind: MailProvider['kind']): readonly MailSecretPurpose[] {
  return PURPOSES[kind];
}

/** Of Graph a certificate or a secret is enough. */
export function lackingIn(provider: MailProvider, has: readonly MailSecretPurpose[]): readonly MailSecretPurpose[] {
  if (provider.kind === 'graph') return has.length > 0 ? [] : ['graph.client_secret'];
  return smtpSecretsOf(provider.endpoint).filter((purpose) => !has.includes(purpose));
}

export function readSecretPlace(given: GivenFields) {
  return readFields(PLACE, given);
}

export function readSecret(given: GivenFields) {
  return readFields(SECRET, given);
}

/** Nothing where it is right. */
export function secretWrong(
  { kind }: Pick<MailProvider, 'kind'>,
  { purpose, secret }: { readonly purpose: MailSecretPurpose; readonly secret: string },
  nowMs: number,
): readonly WrongField[] {
  const fitting = purposesOf(kind);
  if (!fitting.includes(purpose))
    return [{ field: 'purpose', problem: `is none of a provider of the kind ${kind}: ${fitting.join(' or ')}` }];
  if (purpose === 'smtp.dkim_key') return dkimWrong(secret);
  if (purpose === 'graph.certificate') return certificateWrong(secret, nowMs);
  return ONE_LINE.test(secret) ? [] : [{ field: 'secret', problem: 'must be one line of at most 4,096 characters' }];
}

function dkimWrong(pem: string): readonly WrongField[] {
  const wrong = dkimKeyWrong(pem);
  return wrong === null ? [] : [{ field: 'secret', problem: `${wrong.problem}: ${wrong.cure}` }];
}

/** A certificate and its private key in PEM, one after the other. */
function certificateWrong(pem: string, nowMs: number): readonly WrongField[] {
  const wrong = (problem: string): readonly WrongField[] => [{ field: 'secret', problem }];
  const read = pairIn(pem);
  if (read === null) return wrong('must be a certificate and its private key in PEM, one after the other');
  const { certificate, key } = read;
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS)
    return wrong('must have an RSA key of 2,048 bits or more');
  if (!certificate.checkPrivateKey(key)) return wrong('has a private key that is not of the certificate');
  return Date.parse(certificate.validTo) > nowMs ? [] : wrong(`has a certificate that ended on ${certificate.validTo}`);
}

function pairIn(pem: string) {
  try {
    return { certificate: new X509Certificate(pem), key: createPrivateKey(pem) };
  } catch {
    return null;
  }
}
