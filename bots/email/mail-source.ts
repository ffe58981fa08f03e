/** `SMTP_URL` and `MAIL_FROM` as mail records: the provider `env`, and its mailbox, which goes after all others. */
import type { Secret } from '../../src/base/crypto/secret.js';
import { sameMailbox } from '../../src/base/net/mailbox.js';
import type { MailSecretPurpose, MailSource, SmtpEndpoint } from '../../src/contract/mail-records.js';
import type { EmailConfig } from './config.js';
import type { SmtpServer } from './smtp/server.js';

const NAME = 'env';
const LAST = 1_000;

export function mailSource({ server, from }: Pick<EmailConfig, 'server' | 'from'>): MailSource {
  if (server === null || from === null) return { providers: [], mailboxes: [], secret: () => null };
  const state = { state: 'active', pausedReason: null, origin: 'env' } as const;
  const scope = { sites: [], producers: [], priority: LAST };
  const secrets = secretsOf(server);
  return {
    providers: [{ name: NAME, kind: 'smtp', endpoint: endpointOf(server), policy: {}, version: 1, ...state }],
    mailboxes: [{ address: sameMailbox(from.address), displayName: from.name, provider: NAME, ...scope, ...state }],
    secret: (provider, purpose) => (provider === NAME ? (secrets[purpose] ?? null) : null),
  };
}

function endpointOf({ host, port, tls, login, oauth, dkim, bounceAddress }: SmtpServer): SmtpEndpoint {
  return {
    host,
    port,
    tls,
    user: login?.user ?? oauth?.user ?? null,
    oauth: oauth === undefined ? null : oauthOf(oauth),
    ...(dkim === undefined ? {} : { dkim: { domain: dkim.domain, selector: dkim.selector } }),
    ...(bounceAddress === undefined ? {} : { bounceAddress }),
  };
}

function oauthOf({ tokenUrl, clientId, scope, refreshToken }: NonNullable<SmtpServer['oauth']>): SmtpEndpoint['oauth'] {
  const of = { tokenUrl, clientId, ...(scope === undefined ? {} : { scope }) };
  return refreshToken === undefined ? { ...of, grant: 'client_credentials' } : of;
}

function secretsOf({ login, oauth, dkim }: SmtpServer): Readonly<Partial<Record<MailSecretPurpose, Secret>>> {
  return {
    ...(login === null ? {} : { 'smtp.password': login.password }),
    ...(oauth?.refreshToken === undefined ? {} : { 'smtp.refresh_token': oauth.refreshToken }),
    ...(oauth?.clientSecret === undefined ? {} : { 'smtp.client_secret': oauth.clientSecret }),
    ...(dkim === undefined ? {} : { 'smtp.dkim_key': dkim.key }),
  };
}
