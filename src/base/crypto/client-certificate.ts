/**
 * A certificate with its private key, by which a client proves itself to a token endpoint: it signs a short-lived assertion
 * (RFC 7523) whose header names the certificate by `x5t#S256` (RFC 7515, 4.1.8).
 */
import { constants, createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import type { Secret } from './secret.js';

export interface ClientCertificate {
  readonly key: KeyObject;
  /** SHA-256 over the certificate's DER, in base64url. */
  readonly thumbprint: string;
}

export type CertificateProblem = 'no_private_key' | 'no_certificate' | 'not_rsa' | 'weak_key' | 'another_key';

const MIN_RSA_BITS = 2_048;
/** Entra takes up to ten minutes. */
const ASSERTION_SECONDS = 300;

export function thumbprintOf(certificate: Pick<X509Certificate, 'fingerprint256'>): string {
  return Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

/** Reads a PEM text with both blocks, in any order; of several certificates the first is the client's own. */
export function readClientCertificate(pem: Secret): ClientCertificate | CertificateProblem {
  const text = pem.revealText();
  const key = keyIn(text);
  if (key === null) return 'no_private_key';
  if (key.asymmetricKeyType !== 'rsa') return 'not_rsa';
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) return 'weak_key';
  const certificate = certificateIn(text);
  if (certificate === null) return 'no_certificate';
  return certificate.checkPrivateKey(key) ? { key, thumbprint: thumbprintOf(certificate) } : 'another_key';
}

function keyIn(text: string): KeyObject | null {
  const [block] = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]*?-----END (?:RSA )?PRIVATE KEY-----/.exec(text) ?? [];
  try {
    return block === undefined ? null : createPrivateKey(block);
  } catch {
    return null;
  }
}

function certificateIn(text: string): X509Certificate | null {
  const [block] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(text) ?? [];
  try {
    return block === undefined ? null : new X509Certificate(block);
  } catch {
    return null;
  }
}

export interface Assertion {
  readonly clientId: string;
  /** The token endpoint. */
  readonly audience: string;
  /** Unique: an endpoint may refuse one that it has seen. */
  readonly id: string;
  readonly nowMs: number;
}

/** Signed with PS256: the salt is as long as the digest (RFC 7518, 3.5). */
export function assertionBy(
  { key, thumbprint }: ClientCertificate,
  { clientId, audience, id, nowMs }: Assertion,
): string {
  const seconds = Math.floor(nowMs / 1_000);
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint };
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: id,
    nbf: seconds,
    exp: seconds + ASSERTION_SECONDS,
  };
  const signed = `${encoded(header)}.${encoded(claims)}`;
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, ...padding }).toString('base64url')}`;
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
