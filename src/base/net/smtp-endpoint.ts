/**
 * A mail server as it is written down (in records, in `sites.toml`, as options of `SMTP_URL`): where it is, how one signs in there,
 * what is done to mails on their way. No secret is in it.
 */
import { z } from 'zod';
import { isHttpsOrLoopback } from './https-or-loopback.js';
import { isLoopbackHost } from './reachable-from.js';

export interface SmtpEndpoint {
  readonly host: string;
  readonly port: number;
  /**
   * `implicit`: from the first byte (`smtps:`). `required`: STARTTLS or nothing is sent. `if_offered`: the operator
   * allowed plain text. `none`: loopback, where nobody listens in between.
   */
  readonly tls: 'implicit' | 'required' | 'if_offered' | 'none';
  /** Null: no sign-in. */
  readonly user: string | null;
  /** XOAUTH2: where access tokens come from. Null: user and password. */
  readonly oauth: {
    readonly tokenUrl: string;
    readonly clientId: string;
    /** Absent: `refresh_token`. */
    readonly grant?: 'refresh_token' | 'client_credentials';
    readonly scope?: string;
  } | null;
  /** Absent: mails are not signed here. */
  readonly dkim?: { readonly domain: string; readonly selector: string };
  /** Where bounces go, `{id}` standing for the delivery's; absent: to the sender. */
  readonly bounceAddress?: string;
}

/** Message submission (RFC 6409) and its implicit-TLS twin (RFC 8314). */
const PORTS = { implicit: 465, required: 587, if_offered: 587, none: 587 } as const;
const HOST = /^([\w-]+(\.[\w-]+)*\.?|[\da-f:.]+)$/i;
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/i;
const SELECTOR = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
/** An id has 20 characters, so that the local part stays below 64 octets (RFC 5321, 4.5.3.1.1). */
const BOUNCES = /^[a-z0-9.+=_-]{0,40}(\{id\})?[a-z0-9.+=_-]{0,2}@(.+)$/i;

/** The fields as they are written, here and in `[mail.providers.<name>]`. */
export const SMTP_FIELDS = {
  host: z
    .string('must be a host')
    .max(253, 'must be a host')
    .regex(HOST, 'must be the name or the address of a server, without a port'),
  port: z.number('must be a port').int('must be a port').min(1, 'must be a port').max(65_535, 'must be a port'),
  tls: z.enum(['implicit', 'required', 'if_offered', 'none'], 'must be implicit, required, if_offered or none'),
  user: plain(320),
  oauth_token_url: z.string('must be a URL').refine(isTokenUrl, 'must be an https URL'),
  oauth_client_id: plain(256),
  oauth_grant: z.enum(['refresh_token', 'client_credentials'], 'must be refresh_token or client_credentials'),
  oauth_scope: plain(512),
  dkim_domain: z.string('must be a domain').regex(DOMAIN, 'must be a domain'),
  dkim_selector: z.string('must be a selector').regex(SELECTOR, 'must be a selector, as in mail2026'),
  bounce_address: z
    .string('must be a mail address')
    .refine(isBounceAddress, 'must be a mail address, with {id} in it where each mail gets its own'),
} as const;

/** What is null is left out. */
const SCHEMA = z.strictObject(
  {
    ...SMTP_FIELDS,
    port: SMTP_FIELDS.port.nullish(),
    tls: SMTP_FIELDS.tls.nullish(),
    user: SMTP_FIELDS.user.nullish(),
    oauth_token_url: SMTP_FIELDS.oauth_token_url.nullish(),
    oauth_client_id: SMTP_FIELDS.oauth_client_id.nullish(),
    oauth_grant: SMTP_FIELDS.oauth_grant.nullish(),
    oauth_scope: SMTP_FIELDS.oauth_scope.nullish(),
    dkim_domain: SMTP_FIELDS.dkim_domain.nullish(),
    dkim_selector: SMTP_FIELDS.dkim_selector.nullish(),
    bounce_address: SMTP_FIELDS.bounce_address.nullish(),
  },
  'must be fields of a mail server',
);

type Fields = z.output<typeof SCHEMA>;

interface WrongField {
  /** Empty: the whole. */
  readonly field: string;
  readonly problem: string;
}

/** Every wrong field at once. */
export function readSmtpEndpoint(
  given: unknown,
): { readonly endpoint: SmtpEndpoint } | { readonly wrong: readonly WrongField[] } {
  const read = SCHEMA.safeParse(given);
  if (!read.success) return { wrong: read.error.issues.flatMap(wrongIn) };
  const wrong = wrongTogether(read.data);
  return wrong.length > 0 ? { wrong } : { endpoint: endpointOf(read.data) };
}

/** The same endpoint as it is written; reading that gives it again. */
export function smtpFieldsOf({ oauth, dkim, bounceAddress, ...rest }: SmtpEndpoint): Readonly<Record<string, unknown>> {
  return {
    ...rest,
    oauth_token_url: oauth?.tokenUrl ?? null,
    oauth_client_id: oauth?.clientId ?? null,
    oauth_grant: oauth?.grant ?? null,
    oauth_scope: oauth?.scope ?? null,
    dkim_domain: dkim?.domain ?? null,
    dkim_selector: dkim?.selector ?? null,
    bounce_address: bounceAddress ?? null,
  };
}

/** The secrets of a server. */
export type SmtpSecretPurpose = 'smtp.password' | 'smtp.refresh_token' | 'smtp.client_secret' | 'smtp.dkim_key';

/** Without which it cannot be used. A client secret beside a refresh token is the provider's wish. */
export function smtpSecretsOf({ user, oauth, dkim }: SmtpEndpoint): readonly SmtpSecretPurpose[] {
  const ofOauth = oauth?.grant === 'client_credentials' ? 'smtp.client_secret' : 'smtp.refresh_token';
  return [
    ...(user === null ? [] : ([oauth === null ? 'smtp.password' : ofOauth] as const)),
    ...(dkim === undefined ? [] : (['smtp.dkim_key'] as const)),
  ];
}

/** Nothing leaves this machine unencrypted unless somebody allowed it. */
function endpointOf(fields: Fields): SmtpEndpoint {
  const {
    host,
    user,
    oauth_token_url: tokenUrl,
    oauth_client_id: clientId,
    oauth_grant: grant,
    oauth_scope: scope,
  } = fields;
  const { dkim_domain: domain, dkim_selector: selector, bounce_address: bounceAddress } = fields;
  const tls = tlsOf(fields);
  const oauth = isGiven(tokenUrl) && isGiven(clientId) ? { tokenUrl, clientId } : null;
  return {
    host,
    port: fields.port ?? PORTS[tls],
    tls,
    user: user ?? null,
    oauth:
      oauth === null ? null : { ...oauth, ...(isGiven(grant) ? { grant } : {}), ...(isGiven(scope) ? { scope } : {}) },
    ...(isGiven(domain) && isGiven(selector) ? { dkim: { domain, selector } } : {}),
    ...(isGiven(bounceAddress) ? { bounceAddress } : {}),
  };
}

function tlsOf({ host, port, tls }: Fields): SmtpEndpoint['tls'] {
  return tls ?? (port === PORTS.implicit ? 'implicit' : isLoopbackHost(host) ? 'none' : 'required');
}

/** What single fields do not tell. */
function wrongTogether(fields: Fields): readonly WrongField[] {
  const { host, user, oauth_token_url, oauth_client_id, oauth_grant, oauth_scope, dkim_domain, dkim_selector } = fields;
  const isOauth = isGiven(oauth_token_url) || isGiven(oauth_client_id) || isGiven(oauth_grant) || isGiven(oauth_scope);
  const all: readonly (readonly [isWrong: boolean, field: string, problem: string])[] = [
    [
      tlsOf(fields) === 'none' && !isLoopbackHost(host),
      'tls',
      'is "none", and the server is not on loopback: mails and the password would pass in clear',
    ],
    [isOauth && !isGiven(oauth_token_url), 'oauth_token_url', 'is missing: access tokens come from there'],
    [isOauth && !isGiven(oauth_client_id), 'oauth_client_id', 'is missing: the token endpoint asks who the client is'],
    [isOauth && !isGiven(user), 'user', 'is missing: a token is of a user'],
    [isGiven(dkim_domain) && !isGiven(dkim_selector), 'dkim_selector', DKIM],
    [isGiven(dkim_selector) && !isGiven(dkim_domain), 'dkim_domain', DKIM],
  ];
  return all.flatMap(([isWrong, field, problem]) => (isWrong ? [{ field, problem }] : []));
}

const DKIM = 'is missing: dkim_domain and dkim_selector say together where the public key is';

function wrongIn(issue: z.core.$ZodIssue): readonly WrongField[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: key.slice(0, 64), problem: 'is no field of a mail server' }));
  return [{ field: issue.path.map(String).join('.'), problem: issue.message }];
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function isTokenUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return isHttpsOrLoopback(url) && url.username === '' && url.password === '' && url.hash === '';
}

function isBounceAddress(text: string): boolean {
  const domain = BOUNCES.exec(text)?.[2];
  const local = text.split('@')[0] ?? '';
  return domain !== undefined && DOMAIN.test(domain) && !/^\.|\.\.|\.$/.test(local) && local !== '';
}

/** One line without control characters: it goes into a command or a form. */
function plain(maxCharacters: number): z.ZodString {
  return z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(maxCharacters, `must have at most ${String(maxCharacters)} characters`)
    .regex(/^[^\p{Cc}]*$/u, 'must have no control characters');
}
