/** The secrets that a table of `[mail.providers]` refers to. Nothing of them is ever told. */
import { dirname, resolve } from 'node:path';
import { readClientCertificate, type CertificateProblem } from '../../../base/crypto/client-certificate.js';
import { dkimKeyWrong } from '../../../base/crypto/dkim-key.js';
import { Secret } from '../../../base/crypto/secret.js';
import { smtpSecretsOf, type SmtpEndpoint, type SmtpSecretPurpose } from '../../../base/net/smtp-endpoint.js';
import type { MailSecretPurpose } from '../../../contract/mail-records.js';
import type { Wrong } from '../../problems.js';
import { readSecretFile } from '../../secret-source.js';
import { readReference, type Where } from '../secret-reference.js';
import type { GivenProvider } from './provider-keys.js';

export type DeclaredSecrets = ReadonlyMap<MailSecretPurpose, Secret>;

type Named = readonly [MailSecretPurpose, string | null];

/** `smtp`: the server as it was read; null where it was not, or is none. */
export function readMailSecrets(given: GivenProvider, smtp: SmtpEndpoint | null, where: Where): DeclaredSecrets {
  const found = given.kind === 'smtp' ? ofSmtp(given, smtp, where) : ofGraph(given, where);
  return new Map(found.flatMap(([purpose, text]) => (text === null ? [] : [[purpose, new Secret(text)] as const])));
}

const OF_SMTP = {
  password: 'smtp.password',
  refresh_token: 'smtp.refresh_token',
  client_secret: 'smtp.client_secret',
  dkim_key: 'smtp.dkim_key',
} as const satisfies Readonly<Record<string, SmtpSecretPurpose>>;

function ofSmtp(given: GivenProvider, smtp: SmtpEndpoint | null, where: Where): readonly Named[] {
  const needed = smtp === null ? [] : smtpSecretsOf(smtp);
  const names = Object.keys(OF_SMTP) as (keyof typeof OF_SMTP)[];
  const found = names.map((name) => {
    const isNeeded = needed.includes(OF_SMTP[name]);
    const cure = name === 'password' ? { cure: PASSWORD_CURE } : {};
    const text = readReference(
      { name, variable: given[`${name}_env`], file: given[`${name}_file`], isNeeded, ...cure },
      where,
    );
    return { name, text, isNeeded };
  });
  const extra = smtp === null ? [] : found.filter(({ text, isNeeded }) => text !== null && !isNeeded);
  for (const { name } of extra) {
    // a refresh token may be good with the client's secret alone
    const wrong = name === 'client_secret' && smtp?.oauth != null ? null : uselessOf(name, smtp, where);
    if (wrong !== null) tell(where, wrong[0], wrong[1]);
  }
  const key = found.find(({ name }) => name === 'dkim_key')?.text ?? null;
  const wrong = key === null ? null : dkimKeyWrong(key);
  if (wrong !== null) tell(where, keyOf('dkim_key', given), wrong);
  return found.map(({ name, text }) => [OF_SMTP[name], text]);
}

const PASSWORD_CURE = 'Name where it is kept: password_env or password_file; or leave out user.';

/** A secret that nothing asks for. */
function uselessOf(
  name: keyof typeof OF_SMTP,
  smtp: SmtpEndpoint | null,
  { bad }: Where,
): readonly [key: string, wrong: Wrong] | null {
  if (name === 'dkim_key')
    return bad.has('dkim_domain') || bad.has('dkim_selector')
      ? null
      : [
          'dkim_domain',
          { problem: 'is missing beside a key', cure: 'Write dkim_domain and dkim_selector, or take the key out.' },
        ];
  if (smtp?.user == null)
    return bad.has('user')
      ? null
      : ['user', { problem: 'is missing beside a secret', cure: 'Write user = "…", or take the secret out.' }];
  if (name === 'password') return ['password_env', { problem: 'is given, and so is OAuth', cure: 'Keep one of them.' }];
  return [
    `${name}_env`,
    {
      problem: 'is given, and nothing asks for it',
      cure: 'Give oauth_token_url and oauth_client_id, or take it out; oauth_grant says which secret is shown.',
    },
  ];
}

function keyOf(name: keyof typeof OF_SMTP, given: GivenProvider): string {
  return given[`${name}_file`] === undefined ? `${name}_env` : `${name}_file`;
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
