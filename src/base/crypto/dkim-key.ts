/** Whether a private key can sign mails by DKIM here. */
import { createPrivateKey, type KeyObject } from 'node:crypto';

/** Verifiers need not accept less (RFC 8301, section 3.2). */
const MIN_BITS = 1_024;
const CURE = 'make one with: openssl genrsa -out dkim.pem 2048, and publish its public key under the selector';

/**
 * Null: it can. Ed25519 (RFC 8463) is refused by name: the SMTP client signs by RSA alone and would send mails without a signature,
 * and say nothing of it. What is told never quotes the key.
 */
export function dkimKeyWrong(pem: string): { readonly problem: string; readonly cure: string } | null {
  const key = readKey(pem);
  if (key === null) return { problem: 'is no private key in PEM', cure: CURE };
  const type = key.asymmetricKeyType ?? 'unknown';
  if (type !== 'rsa')
    return {
      problem: `is a key of type ${type}, and mails would go out unsigned: DKIM needs an RSA key here`,
      cure: CURE,
    };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < MIN_BITS
    ? { problem: 'is an RSA key of less than 1,024 bits, which verifiers refuse', cure: CURE }
    : null;
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
