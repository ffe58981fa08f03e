/** TLS of the public plane itself: all variables or none, and certificates and a key that belong together. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Secret } from '../base/crypto/secret.js';
import type { ConfigProblem } from '../contract/channel.js';
import { DEFAULTS } from './env/defaults.js';
import { ENVIRONMENT } from './problems.js';

export interface PublicTls {
  readonly port: number;
  /** PEM: our own certificate, followed by the intermediate ones up to its authority. */
  readonly certificates: string;
  /** PEM. */
  readonly key: Secret;
  /** PEM: the authorities of client certificates; null: callers are not asked for a certificate. */
  readonly clientAuthorities: string | null;
}

interface Given {
  readonly PUBLIC_TLS_CERT?: string | undefined;
  readonly PUBLIC_TLS_KEY?: string | undefined;
  readonly PUBLIC_TLS_CLIENT_CA?: string | undefined;
  readonly PUBLIC_TLS_PORT?: number | undefined;
}

const VARIABLES = ['PUBLIC_TLS_CERT', 'PUBLIC_TLS_KEY', 'PUBLIC_TLS_CLIENT_CA', 'PUBLIC_TLS_PORT'] as const;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Null when none of it is set, or when something is wrong, which was reported. */
export function readPublicTls(given: Given): {
  readonly publicTls: PublicTls | null;
  readonly problems: readonly ConfigProblem[];
} {
  const problems: ConfigProblem[] = [];
  const tell = (key: keyof Given, problem: string, cure: string): void =>
    void problems.push({ file: ENVIRONMENT, key, problem, cure });
  const { PUBLIC_TLS_CERT: certificates, PUBLIC_TLS_KEY: keyText, PUBLIC_TLS_CLIENT_CA: authorities } = given;
  if (VARIABLES.every((name) => given[name] === undefined)) return { publicTls: null, problems };
  if (certificates === undefined) tell('PUBLIC_TLS_CERT', 'is not set, but something else of PUBLIC_TLS is', BOTH);
  if (keyText === undefined) tell('PUBLIC_TLS_KEY', 'is not set, but something else of PUBLIC_TLS is', BOTH);
  const [own] = certificatesIn(certificates ?? '');
  if (certificates !== undefined && own === undefined) tell('PUBLIC_TLS_CERT', 'is no certificate in PEM', PEM);
  const key = keyText === undefined ? null : readKey(keyText);
  if (keyText !== undefined && key === null) tell('PUBLIC_TLS_KEY', 'is no unencrypted private key in PEM', PEM);
  if (own !== undefined && key !== null && !own.checkPrivateKey(key))
    tell('PUBLIC_TLS_KEY', 'does not belong to PUBLIC_TLS_CERT', 'Set the key that the certificate was made for.');
  if (authorities !== undefined && certificatesIn(authorities).length === 0)
    tell('PUBLIC_TLS_CLIENT_CA', 'is no certificate in PEM', PEM);
  if (problems.length > 0 || certificates === undefined || keyText === undefined) return { publicTls: null, problems };
  if (!isTakenByTls(certificates, keyText)) {
    tell(
      'PUBLIC_TLS_CERT',
      'is not taken by TLS: too weak, or not in its order',
      'Put our own certificate first, then those above it; RSA of 2048 bits or more.',
    );
    return { publicTls: null, problems };
  }
  const publicTls: PublicTls = {
    port: given.PUBLIC_TLS_PORT ?? DEFAULTS.PUBLIC_TLS_PORT,
    certificates,
    key: new Secret(keyText),
    clientAuthorities: authorities ?? null,
  };
  return { publicTls, problems };
}

const BOTH = 'Set PUBLIC_TLS_CERT and PUBLIC_TLS_KEY, best as files: PUBLIC_TLS_CERT_FILE and PUBLIC_TLS_KEY_FILE.';
const PEM = 'Point to the PEM file with the _FILE form of this variable.';

/** Those of a PEM text, in its order. Empty when one of them cannot be read. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  try {
    return [...pem.matchAll(CERTIFICATE)].map(([text]) => new X509Certificate(text));
  } catch {
    return [];
  }
}

function isTakenByTls(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
