/** By what this gate proves to a provider that it is its client: a secret that they share, or a private key of its own. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { thumbprintOf } from '../../../base/crypto/client-certificate.js';
import { Secret } from '../../../base/crypto/secret.js';
import type { ClientKey, ProviderConfig } from '../../../contract/identity-providers.js';
import type { Values } from '../../read-table.js';
import { readSecretFile } from '../../secret-source.js';
import { readReference, type Where } from '../secret-reference.js';
import type { PROVIDER_KEYS } from './provider-keys.js';

type Given = Values<typeof PROVIDER_KEYS>;

interface Wrong {
  readonly problem: string;
  readonly cure: string;
}

const MIN_RSA_BITS = 2_048;
const MAKE_ONE = 'Make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256';

export function readClientAuth(given: Given, where: Where): Pick<ProviderConfig, 'clientSecret' | 'clientKey'> {
  const { client_key_file: file } = given;
  if (file === undefined) {
    for (const key of ['client_key_alg', 'client_cert_file'] as const)
      if (given[key] !== undefined)
        tell(where, key, { problem: 'is for a client_key_file', cure: 'Name the file, or take it out.' });
    return { clientSecret: new Secret(readSecret(given, where) ?? ''), clientKey: null };
  }
  const wrong = misplaced(given);
  if (wrong !== null) tell(where, 'client_key_file', wrong);
  return { clientSecret: new Secret(''), clientKey: wrong === null ? readKey(file, given, where) : null };
}

function readSecret(given: Given, where: Where): string | null {
  const secret = readReference(
    {
      name: 'client_secret',
      variable: given.client_secret_env,
      file: given.client_secret_file,
      isNeeded: !where.bad.has('client_secret') && !where.bad.has('client_key_file'),
    },
    where,
  );
  if (secret !== null && !/^[\x21-\x7e]{1,1024}$/.test(secret))
    tell(where, 'client_secret', {
      problem: 'is empty, too long or holds a space',
      cure: 'Copy it once more from where the provider shows it.',
    });
  return secret;
}

function misplaced({ kind, client_secret_env, client_secret_file }: Given): Wrong | null {
  if (client_secret_env !== undefined || client_secret_file !== undefined)
    return { problem: 'is given, and so is a client secret', cure: 'Keep one of them.' };
  if (kind === 'github' || kind === 'google')
    return { problem: 'is for kind = "oidc"', cure: 'Name a secret instead: client_secret_env or client_secret_file.' };
  return null;
}

function readKey(file: string, { client_key_alg: alg, client_cert_file }: Given, where: Where): ClientKey | null {
  const read = readBeside(file, where);
  const key = read.kind === 'read' ? privateKey(read.text) : read.wrong;
  const fits = 'problem' in key ? key : algorithmOf(key, alg);
  if (typeof fits === 'string' && !('problem' in key)) {
    const thumbprint = client_cert_file === undefined ? null : readThumbprint(client_cert_file, key, where);
    return { pem: new Secret(key.export({ type: 'pkcs8', format: 'pem' })), algorithm: fits, thumbprint };
  }
  if (typeof fits !== 'string') tell(where, 'client_key_file', fits);
  return null;
}

function readBeside(file: string, { reading: { file: sites, secrets } }: Where) {
  return readSecretFile(resolve(dirname(sites), file), secrets.readFile);
}

/** Null: it was told why. */
function readThumbprint(file: string, key: KeyObject, where: Where): string | null {
  const read = readBeside(file, where);
  const certificate = read.kind === 'read' ? certificateOf(read.text, key) : read.wrong;
  if (certificate instanceof X509Certificate) return thumbprintOf(certificate);
  tell(where, 'client_cert_file', certificate);
  return null;
}

function certificateOf(pem: string, key: KeyObject): X509Certificate | Wrong {
  const cure = 'Name the file of the certificate that the provider was given for this key.';
  try {
    const certificate = new X509Certificate(pem);
    return certificate.checkPrivateKey(key) ? certificate : { problem: 'holds the certificate of another key', cure };
  } catch {
    return { problem: 'holds no certificate in PEM', cure };
  }
}

function privateKey(pem: string): KeyObject | Wrong {
  const [, label = ''] = /-----BEGIN ([A-Z ]+)-----/.exec(pem) ?? [];
  if (label.endsWith('PUBLIC KEY') || label === 'CERTIFICATE')
    return {
      problem: 'holds a public key, which proves nothing',
      cure: 'Name the file of the private key that it is of.',
    };
  if (label === 'ENCRYPTED PRIVATE KEY' || pem.includes('ENCRYPTED'))
    return {
      problem: 'holds a key under a passphrase',
      cure: 'Take it off with: openssl pkey -in <file> -out <new file>',
    };
  try {
    return createPrivateKey(pem);
  } catch {
    return { problem: 'holds no private key in PEM', cure: MAKE_ONE };
  }
}

function algorithmOf(key: KeyObject, alg: Given['client_key_alg']): ClientKey['algorithm'] | Wrong {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { namedCurve, modulusLength = 0 } = {} } = key;
  if (type === 'ec') {
    if (namedCurve !== 'prime256v1') return { problem: 'holds a key on another curve than P-256', cure: MAKE_ONE };
    return alg === undefined || alg === 'ES256' ? 'ES256' : { problem: `holds no key for ${alg}`, cure: FITTING };
  }
  if (type !== 'rsa') return { problem: 'holds neither an RSA key nor one on P-256', cure: MAKE_ONE };
  if (modulusLength < MIN_RSA_BITS)
    return { problem: `holds an RSA key of fewer than ${String(MIN_RSA_BITS)} bits`, cure: MAKE_ONE };
  return alg === 'ES256' ? { problem: 'holds no key for ES256', cure: FITTING } : (alg ?? 'RS256');
}

const FITTING = 'RSA keys sign RS256 or PS256, keys on P-256 ES256: change client_key_alg, or leave it out.';

function tell({ path, reading }: Where, key: string, wrong: Wrong): void {
  reading.tell(`${path}.${key}`, wrong);
}
