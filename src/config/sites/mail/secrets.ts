/** The secrets that a table of `[mail.providers]` refers to. Nothing of them is ever told. */
import { dirname, resolve } from 'node:path';
import { readClientCertificate, type CertificateProblem } from '../../../base/crypto/client-certificate.js';
import { Secret } from '../../../base/crypto/secret.js';
import type { MailSecretPurpose } from '../../../contract/mail-records.js';
import type { Wrong } from '../../problems.js';
import { readSecretFile } from '../../secret-source.js';
import { readReference, type Where } from '../secret-reference.js';
import type { GivenProvider } from './provider-keys.js';

export type DeclaredSecrets = ReadonlyMap<MailSecretPurpose, Secret>;

type Named = readonly [MailSecretPurpose, string | null];

export function readMailSecrets(given: GivenProvider, where: Where): DeclaredSecrets {
  const found = given.kind === 'smtp' ? ofSmtp(given, where) : ofGraph(given, where);
  return new Map(found.flatMap(([purpose, text]) => (text === null ? [] : [[purpose, new Secret(text)] as const])));
}

function ofSmtp(given: GivenProvider, where: Where): readonly Named[] {
  const isOauth = given.oauth_token_url !== undefined || given.oauth_client_id !== undefined;
  const hasUser = given.user !== undefined;
  const password = readReference(
    {
      name: 'password',
      variable: given.password_env,
      file: given.password_file,
      isNeeded: hasUser && !isOauth,
      cure: 'Name where it is kept: password_env or password_file; or leave out user.',
    },
    where,
  );
  const refresh = readReference(
    { name: 'refresh_token', variable: given.refresh_token_env, file: given.refresh_token_file, isNeeded: isOauth },
    where,
  );
  if (!hasUser && !where.bad.has('user') && (password !== null || refresh !== null))
    tell(where, 'user', { problem: 'is missing beside a secret', cure: 'Write user = "…", or take the secret out.' });
  if (password !== null && isOauth)
    tell(where, 'password_env', { problem: 'is given, and so is OAuth', cure: 'Keep one of them.' });
  return [
    ['smtp.password', password],
    ['smtp.refresh_token', refresh],
  ];
}

function ofGraph(given: GivenProvider, where: Where): readonly Named[] {
  const { certificate_file: file } = given;
  const secret = readReference(
    {
      name: 'client_secret',
      variable: given.client_secret_env,
      file: given.client_secret_file,
      isNeeded: file === undefined && !where.bad.has('certificate_file'),
      cure: 'Name where it is kept: client_secret_env or client_secret_file; or give a certificate_file.',
    },
    where,
  );
  if (file === undefined) return [['graph.client_secret', secret]];
  if (secret !== null)
    tell(where, 'certificate_file', { problem: 'is given, and so is a client secret', cure: 'Keep one of them.' });
  return [['graph.certificate', certificateIn(file, where)]];
}

function certificateIn(file: string, where: Where): string | null {
  const { file: sites, secrets } = where.reading;
  const read = readSecretFile(resolve(dirname(sites), file), secrets.readFile);
  const wrong = read.kind === 'read' ? pemWrong(read.text) : read.wrong;
  if (wrong !== null) tell(where, 'certificate_file', wrong);
  return read.kind === 'read' && wrong === null ? read.text : null;
}

const PEM_CURE = 'Put the certificate and its private RSA key into one file, in PEM, without a passphrase.';
const PEM_PROBLEMS: Readonly<Record<CertificateProblem, string>> = {
  no_private_key: 'holds no certificate with its key',
  no_certificate: 'holds no certificate with its key',
  not_rsa: 'holds no RSA key of 2048 bits or more',
  weak_key: 'holds no RSA key of 2048 bits or more',
  another_key: 'holds the certificate of another key',
};

function pemWrong(pem: string): Wrong | null {
  const read = readClientCertificate(new Secret(pem));
  return typeof read === 'string' ? { problem: PEM_PROBLEMS[read], cure: PEM_CURE } : null;
}

function tell({ path, reading }: Where, key: string, wrong: Wrong): void {
  reading.tell(`${path}.${key}`, wrong);
}
