/** The keys of `[mail.providers.<name>]` and `[mail.mailboxes."<address>"]`, each with its words and its check. */
import { z } from 'zod';
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
  "The client's secret. Of `graph`, unless there is a `certificate_file`.",
  'GRAPH_CLIENT_SECRET',
);

const address = judged((text) => webAddressWrong(text, 'any'));
const HOST = /^([\w-]+(\.[\w-]+)*\.?|[\da-f:.]*:[\da-f:.]*)$/i;

export const MAIL_PROVIDER_KEYS = {
  kind: described(z.enum(['smtp', 'graph']), {
    meaning: 'What it speaks: SMTP, or Microsoft Graph. Required.',
    form: '`"smtp"` or `"graph"`',
    example: '"smtp"',
  }),
  host: described(z.string().regex(HOST).max(253), {
    meaning: 'The mail server. Required for `smtp`.',
    form: 'a host name or an IP address',
    example: '"mail.example.org"',
  }),
  port: described(z.int().min(1).max(65_535), {
    meaning: 'Its port.',
    form: 'a port, 1 to 65535',
    default: '465 for `tls = "implicit"`, else 587',
    example: '587',
  }),
  tls: described(z.enum(['implicit', 'required', 'if_offered', 'none']), {
    meaning:
      '`implicit`: TLS from the first byte. `required`: STARTTLS, or nothing is sent. `if_offered`: password and links may pass in clear. `none`: plain text, on loopback alone.',
    form: '`"implicit"`, `"required"`, `"if_offered"` or `"none"`',
    default: '`none` on loopback, `implicit` on port 465, else `required`',
    example: '"required"',
  }),
  user: described(z.string().min(1).max(320), {
    meaning: 'Whom we sign in as. With a password or a refresh token.',
    form: 'a text',
    default: 'nobody signs in',
    example: '"gate@example.org"',
  }),
  password_env: password.env,
  password_file: password.file,
  oauth_token_url: described(address, {
    meaning: 'Where the refresh token is exchanged for an access token.',
    form: 'an https URL; plain http on loopback only',
    example: '"https://oauth2.googleapis.com/token"',
  }),
  oauth_client_id: described(z.string().min(1).max(256), {
    meaning: 'What the token endpoint calls this gate.',
    form: 'a text',
    example: '"koder-gate"',
  }),
  refresh_token_env: refresh.env,
  refresh_token_file: refresh.file,
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
