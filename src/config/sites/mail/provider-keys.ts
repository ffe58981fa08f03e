/** The keys of `[mail.providers.<name>]` and `[mail.mailboxes."<address>"]`, each with its words and its check. */
import { z } from 'zod';
import { SMTP_FIELDS } from '../../../base/net/smtp-endpoint.js';
import { POLICY_TABLES, type PolicyField } from '../../../mail/policy-fields.js';
import { described } from '../../described.js';
import { judged, type Values } from '../../read-table.js';
import { webAddressWrong } from '../../web-address.js';
import { secretReference } from '../secret-reference.js';

const password = secretReference('The password of `user`. Of `smtp`.', 'OPS_SMTP_PASSWORD');
const refresh = secretReference(
  'The refresh token in place of a password: XOAUTH2. With `oauth_token_url` and `oauth_client_id`.',
  'OPS_REFRESH_TOKEN',
);
const client = secretReference(
  'The client\'s secret. Of `graph`, unless there is a `certificate_file`; of `smtp` at `oauth_token_url`, needed with `oauth_grant = "client_credentials"`.',
  'GRAPH_CLIENT_SECRET',
);
const dkim = secretReference(
  'The private RSA key in PEM that signs the mails. With `dkim_domain` and `dkim_selector`. Of `smtp`.',
  'OPS_DKIM_KEY',
);

const address = judged((text) => webAddressWrong(text, 'any'));

export const MAIL_PROVIDER_KEYS = {
  kind: described(z.enum(['smtp', 'graph']), {
    meaning: 'What it speaks: SMTP, or Microsoft Graph. Required.',
    form: '`"smtp"` or `"graph"`',
    example: '"smtp"',
  }),
  host: described(SMTP_FIELDS.host, {
    meaning: 'The mail server. Required for `smtp`.',
    form: 'a host name or an IP address',
    example: '"mail.example.org"',
  }),
  port: described(SMTP_FIELDS.port, {
    meaning: 'Its port.',
    form: 'a port, 1 to 65535',
    default: '465 for `tls = "implicit"`, else 587',
    example: '587',
  }),
  tls: described(SMTP_FIELDS.tls, {
    meaning:
      '`implicit`: TLS from the first byte. `required`: STARTTLS, or nothing is sent. `if_offered`: password and links may pass in clear. `none`: plain text, on loopback alone.',
    form: '`"implicit"`, `"required"`, `"if_offered"` or `"none"`',
    default: '`none` on loopback, `implicit` on port 465, else `required`',
    example: '"required"',
  }),
  user: described(SMTP_FIELDS.user, {
    meaning: 'Whom we sign in as. With a password or a refresh token.',
    form: 'a text',
    default: 'nobody signs in',
    example: '"gate@example.org"',
  }),
  password_env: password.env,
  password_file: password.file,
  oauth_token_url: described(SMTP_FIELDS.oauth_token_url, {
    meaning: 'Where access tokens come from: XOAUTH2 in the place of a password.',
    form: 'an https URL; plain http on loopback only',
    example: '"https://oauth2.googleapis.com/token"',
  }),
  oauth_client_id: described(SMTP_FIELDS.oauth_client_id, {
    meaning: 'What the token endpoint calls this gate.',
    form: 'a text',
    example: '"koder-gate"',
  }),
  oauth_grant: described(SMTP_FIELDS.oauth_grant, {
    meaning: 'What is shown at `oauth_token_url`: a refresh token, or the secret of the client itself.',
    form: '`"refresh_token"` or `"client_credentials"`',
    default: '`refresh_token`',
    example: '"client_credentials"',
  }),
  oauth_scope: described(SMTP_FIELDS.oauth_scope, {
    meaning: 'What the access token is asked for, where the provider wants to know.',
    form: 'a text',
    default: 'none',
    example: '"https://outlook.office365.com/.default"',
  }),
  refresh_token_env: refresh.env,
  refresh_token_file: refresh.file,
  dkim_domain: described(SMTP_FIELDS.dkim_domain, {
    meaning: 'Signs every mail by DKIM, for a server that does not. With `dkim_selector` and a key.',
    form: 'a domain',
    default: 'mails go out as they are',
    example: '"example.org"',
  }),
  dkim_selector: described(SMTP_FIELDS.dkim_selector, {
    meaning: 'Under which the public key is published: `<selector>._domainkey.<domain>`.',
    form: 'a selector',
    example: '"mail2026"',
  }),
  dkim_key_env: dkim.env,
  dkim_key_file: dkim.file,
  bounce_address: described(SMTP_FIELDS.bounce_address, {
    meaning: 'Where bounces go. With `{id}` in it each mail has an address of its own.',
    form: 'an e-mail address',
    default: 'the mailbox',
    example: '"bounces+{id}@example.org"',
  }),
  tenant: described(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/), {
    meaning: 'The tenant of Microsoft Entra. Required for `graph`.',
    form: "a tenant's id or domain",
    example: '"72f988bf-86f1-41af-91ab-2d7cd011db47"',
  }),
  client_id: described(z.string().min(1).max(256), {
    meaning: 'The application that we are there. Required for `graph`.',
    form: "an application's id",
    example: '"11111111-2222-3333-4444-555555555555"',
  }),
  client_secret_env: client.env,
  client_secret_file: client.file,
  certificate_file: described(z.string().min(1), {
    meaning: 'The certificate of the application with its private RSA key, both in PEM, in place of a secret.',
    form: 'a path, relative to `sites.toml`',
    example: '"/run/secrets/graph.pem"',
  }),
  api_url: described(address, {
    meaning: 'Where Graph is, for a national cloud.',
    form: 'an https URL; plain http on loopback only',
    default: '`https://graph.microsoft.com/v1.0`',
    example: '"https://graph.microsoft.us/v1.0"',
  }),
  token_url: described(address, {
    meaning: 'Where access tokens are fetched, for a national cloud.',
    form: 'an https URL; plain http on loopback only',
    default: '`https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`',
    example: '"https://login.microsoftonline.us/<tenant>/oauth2/v2.0/token"',
  }),
};

export type GivenProvider = Values<typeof MAIL_PROVIDER_KEYS>;

/** The tables of the policy: `src/mail/policy.ts` reads them, and their words are for the page. */
export const POLICY_KEYS = Object.fromEntries(
  Object.entries<Readonly<Record<string, PolicyField>>>(POLICY_TABLES).map(([table, fields]) => [
    table,
    Object.fromEntries(Object.entries(fields).map(([name, { schema, setting }]) => [name, described(schema, setting)])),
  ]),
);

const MAX_PRIORITY = 1_000;
export const USUAL_PRIORITY = 100;

const NAMES = z.array(z.string().min(1).max(253)).min(1).max(1_000);

export const MAILBOX_KEYS = {
  provider: described(z.string().min(1).max(63), {
    meaning: 'Which provider sends for it: one of `[mail.providers]`, or `env`, which is `SMTP_URL`. Required.',
    form: "a provider's name",
    example: '"ops"',
  }),
  name: described(
    z
      .string()
      .min(1)
      .max(100)
      .regex(/^[^\p{Cc}]*$/u),
    {
      meaning: 'The name beside the address.',
      form: 'a text of at most 100 characters',
      default: 'none: the address alone',
      example: '"Koder Gate"',
    },
  ),
  sites: described(NAMES, {
    meaning: 'For mails about requests of these sites alone. With neither this nor `producers` it is for everything.',
    form: 'a list of sites, each by one of its hosts',
    default: 'all',
    example: '["stg.example.org"]',
  }),
  producers: described(NAMES, {
    meaning: 'For mails of these producers alone, and of the requests that they open.',
    form: 'a list of names of `[producers]`',
    default: 'all',
    example: '["jet"]',
  }),
  priority: described(z.int().min(0).max(MAX_PRIORITY), {
    meaning: 'Of several mailboxes that fit equally well the lowest goes first.',
    form: `a number, 0 to ${String(MAX_PRIORITY)}`,
    default: String(USUAL_PRIORITY),
    example: '10',
  }),
};
