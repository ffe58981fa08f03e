/** `[mail]` of `sites.toml`: what right tables become, every problem with its cure, and that a reload takes them over. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { reloadDirectory } from '../../src/config/reload.js';
import { makeAuthority } from '../fakes/certificate.js';
import { configOf, loadingOf, problemsOf, SITE } from '../fixtures/sites/loading.js';

const SECRETS = { OPS_PASSWORD: 'hunter2', GRAPH_SECRET: 'graph-secret' };
const MAILBOX = '[mail.mailboxes."gate@example.org"]\nprovider = "ops"\n';
const SMTP = 'kind = "smtp"\nhost = "mail.example.org"';
const GRAPH = 'kind = "graph"\ntenant = "contoso.example"\nclient_id = "app"';

const OAUTH = 'oauth_token_url = "https://login.example.org/token"\noauth_client_id = "c"';
const DKIM = 'dkim_domain = "example.org"\ndkim_selector = "m"';
const RSA_KEY = generateKeyPairSync('rsa', { modulusLength: 1_024 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

function sitesWith(provider: string, mailbox = MAILBOX): string {
  return `${SITE}\n[mail.providers.ops]\n${provider}\n${mailbox}`;
}

function declared(provider: string, mailbox?: string) {
  const { declaredMail } = configOf({ sites: sitesWith(provider, mailbox), environment: SECRETS });
  if (declaredMail === null) throw new Error('nothing is declared');
  return declaredMail;
}

const told = (provider: string, mailbox?: string, environment: Record<string, string> = SECRETS) =>
  problemsOf({ sites: sitesWith(provider, mailbox), environment });

test('a file without the table declares nothing', () => {
  expect(configOf({ sites: SITE }).declaredMail).toBeNull();
});

test('an SMTP server with a user, a policy, and a mailbox of one site', () => {
  const provider = `${SMTP}\nuser = "gate"\npassword_env = "OPS_PASSWORD"\n[mail.providers.ops.throttle]\nper_minute = 20`;
  const mailbox =
    '[mail.mailboxes."Gate@Bücher.example"]\nprovider = "ops"\nname = "Gate"\nsites = ["stg.example.org"]\npriority = 5\n';
  const source = declared(provider, mailbox);
  const { providers, mailboxes } = source;

  expect(providers).toEqual([
    {
      name: 'ops',
      kind: 'smtp',
      endpoint: { host: 'mail.example.org', port: 587, tls: 'required', user: 'gate', oauth: null },
      policy: { throttle: { per_minute: 20 } },
      state: 'active',
      pausedReason: null,
      origin: 'declared',
      version: expect.any(Number),
    },
  ]);
  expect(mailboxes).toEqual([
    expect.objectContaining({
      address: 'gate@xn--bcher-kva.example',
      displayName: 'Gate',
      sites: ['stg.example.org'],
      producers: [],
      priority: 5,
    }),
  ]);
  expect(source.secret('ops', 'smtp.password')?.revealText()).toBe('hunter2');
  expect(source.secret('ops', 'graph.client_secret')).toBeNull();
});

test('all that a stored mail server may have, its secrets by reference', () => {
  const oauth = `oauth_token_url = "https://login.example.org/token"\noauth_client_id = "c"\noauth_scope = "mail send"`;
  const dkim = `dkim_domain = "example.org"\ndkim_selector = "mail2026"\ndkim_key_file = "/dkim.pem"`;
  const grant = `oauth_grant = "client_credentials"\nclient_secret_env = "GRAPH_SECRET"`;
  const provider = `${SMTP}\nuser = "gate"\n${oauth}\n${grant}\n${dkim}\nbounce_address = "b+{id}@example.org"`;
  const { declaredMail: source } = configOf({
    sites: sitesWith(provider),
    environment: SECRETS,
    files: { '/dkim.pem': RSA_KEY },
  });

  expect(source?.providers[0]?.endpoint).toEqual({
    ...{ host: 'mail.example.org', port: 587, tls: 'required', user: 'gate', bounceAddress: 'b+{id}@example.org' },
    dkim: { domain: 'example.org', selector: 'mail2026' },
    oauth: {
      ...{ tokenUrl: 'https://login.example.org/token', clientId: 'c' },
      ...{ grant: 'client_credentials', scope: 'mail send' },
    },
  });
  const secrets = (['smtp.client_secret', 'smtp.dkim_key', 'smtp.password'] as const).map((purpose) =>
    source?.secret('ops', purpose)?.revealText(),
  );
  expect(secrets).toEqual(['graph-secret', RSA_KEY.trim(), undefined]);
});

test('Microsoft Graph, with its own addresses where none are said', () => {
  const source = declared(`${GRAPH}\nclient_secret_env = "GRAPH_SECRET"`);

  expect(source.providers[0]?.endpoint).toEqual({
    tenant: 'contoso.example',
    clientId: 'app',
    apiUrl: 'https://graph.microsoft.com/v1.0',
    tokenUrl: 'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token',
  });
  expect(source.secret('ops', 'graph.client_secret')?.revealText()).toBe('graph-secret');
});

test('a certificate lies beside its key in one file', () => {
  const authority = makeAuthority('Entra');
  const rsa = authority.issue('gate', undefined, generateKeyPairSync('rsa', { modulusLength: 2_048 }));
  const other = authority.issue('other');
  const config = (pem: string) => ({ sites: sitesWith(`${GRAPH}\ncertificate_file = "/c"`), files: { '/c': pem } });

  const secret = configOf(config(`${rsa.cert}${rsa.key}`)).declaredMail?.secret('ops', 'graph.certificate');
  expect(secret?.revealText()).toContain('BEGIN CERTIFICATE');
  for (const [pem, problem] of [
    [`${other.cert}${rsa.key}`, 'holds the certificate of another key'],
    [`${other.cert}${other.key}`, 'holds no RSA key of 2048 bits or more'],
    [rsa.cert, 'holds no certificate with its key'],
  ] as const)
    expect(problemsOf(config(pem))).toEqual([expect.stringContaining(`certificate_file | ${problem}`)]);
});

describe('how a server is reached is clear', () => {
  test.each([
    ['host = "127.0.0.1"', { port: 587, tls: 'none' }],
    ['host = "mail.example.org"\nport = 465', { port: 465, tls: 'implicit' }],
    ['host = "mail.example.org"\ntls = "implicit"', { port: 465, tls: 'implicit' }],
    ['host = "mail.example.org"\ntls = "if_offered"\nport = 25', { port: 25, tls: 'if_offered' }],
  ])('%s', (lines, endpoint) => {
    expect(declared(`kind = "smtp"\n${lines}`).providers[0]?.endpoint).toMatchObject(endpoint);
  });
});

test('another secret is another version, and so is another server', () => {
  const at = (lines: string, password: string): number | undefined =>
    configOf({
      sites: sitesWith(`${SMTP}\nuser = "gate"\npassword_env = "OPS_PASSWORD"\n${lines}`),
      environment: { OPS_PASSWORD: password },
    }).declaredMail?.providers[0]?.version;

  expect(at('', 'one')).toBe(at('', 'one'));
  expect(new Set([at('', 'one'), at('', 'two'), at('port = 25', 'one')]).size).toBe(3);
});

describe('every problem is named, with its cure', () => {
  test.each([
    ['kind = "sendgrid"', 'kind | is "sendgrid", not one of smtp, graph'],
    ['host = "mail.example.org"', 'kind | is missing'],
    ['kind = "smtp"', 'host | is missing'],
    ['kind = "graph"\nclient_id = "a"\nclient_secret_env = "GRAPH_SECRET"', 'tenant | is missing'],
    [`${SMTP}\npassword = "hunter2"`, 'password | looks like a secret'],
    [`${SMTP}\nuser = "gate"`, 'password_env | is missing'],
    [`${SMTP}\nuser = "gate"\npassword_env = "NOT_THERE"`, 'password_env | the variable NOT_THERE is not set'],
    [`${SMTP}\npassword_env = "OPS_PASSWORD"`, 'user | is missing beside a secret'],
    [`${SMTP}\ntls = "none"`, 'tls | is "none", and the server is not on loopback'],
    [`${SMTP}\ntenant = "t"`, 'tenant | is not for kind = "smtp"'],
    [GRAPH, 'client_secret_env | is missing'],
    [`${GRAPH}\nclient_secret_env = "GRAPH_SECRET"\nhost = "h"`, 'host | is not for kind = "graph"'],
    [`${GRAPH}\nclient_secret_env = "GRAPH_SECRET"\napi_url = "http://graph.example"`, 'api_url | is plain http'],
    [`${GRAPH}\ncertificate_file = "/gone"`, 'certificate_file | points to /gone, which does not exist'],
    [`${SMTP}\n[mail.providers.ops.throttle]\nper_minute = -1`, 'throttle.per_minute | does not fit'],
    [`${SMTP}\n[mail.providers.ops.retri]\nx = 1`, 'retri | is not a known key'],
    [`${SMTP}\n[mail.providers.ops.mail]\nheaders = { From = "x" }`, 'mail.headers | may not have a header "From"'],
    [`${SMTP}\ndkim_domain = "example.org"`, 'dkim_selector | is missing'],
    [`${SMTP}\n${DKIM}`, 'dkim_key_env | is missing'],
    [`${SMTP}\n${DKIM}\ndkim_key_env = "OPS_PASSWORD"`, 'dkim_key_env | is no private key in PEM'],
    [`${SMTP}\nbounce_address = "b{id}"`, 'bounce_address | must be a mail address'],
    [`${SMTP}\noauth_grant = "password"`, 'oauth_grant | is "password", not one of'],
    [`${SMTP}\nuser = "g"\n${OAUTH}\noauth_grant = "client_credentials"`, 'client_secret_env | is missing'],
    [`${SMTP}\nuser = "g"\n${OAUTH}`, 'refresh_token_env | is missing'],
    [`${SMTP}\nclient_secret_env = "GRAPH_SECRET"`, 'user | is missing beside a secret'],
    [`${SMTP}\n[mail.providers.ops.mail]\nsave_to_sent = false`, 'mail.save_to_sent | is of graph alone'],
    [`${GRAPH}\nclient_secret_env = "GRAPH_SECRET"\ndkim_domain = "a.b"`, 'dkim_domain | is not for kind = "graph"'],
    [`${SMTP}\nuser = "g"\nrefresh_token_env = "OPS_PASSWORD"\noauth_client_id = "c"`, 'oauth_token_url | is missing'],
  ])('%s', (provider, problem) => {
    const found = told(provider);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`mail.providers.ops.${problem}`);
    expect(found[0]).not.toContain('hunter2');
  });

  test.each([
    ['[mail.mailboxes.nobody]\nprovider = "ops"', 'nobody" | is not a mail address'],
    ['[mail.mailboxes."a@b.example"]\npriority = 1', 'a@b.example".provider | is missing'],
    ['[mail.mailboxes."a@b.example"]\nprovider = "op"', 'a@b.example".provider | names "op", which is not there'],
    [`${MAILBOX}sites = ["other.example"]`, 'gate@example.org".sites | names "other.example", which is of no site'],
    [`${MAILBOX}producers = ["jet"]`, 'gate@example.org".producers | names "jet", which is not there'],
    [`${MAILBOX}sites = []`, 'gate@example.org".sites | is empty'],
    [`${MAILBOX}[mail.mailboxes."Gate@example.org"]\nprovider = "ops"`, 'gate@example.org" | is there twice'],
  ])('%s', (mailbox, problem) => {
    expect(told(SMTP, mailbox).join('\n')).toContain(`mail.mailboxes."${problem}`);
  });

  test('a provider without a mailbox, one called env, and a table that is none', () => {
    expect(told(SMTP, '')).toEqual([expect.stringContaining('mail.providers.ops | sends for no mailbox')]);
    expect(problemsOf({ sites: `${SITE}\n[mail.providers.env]\n${SMTP}` })).toEqual([
      expect.stringContaining('mail.providers.env | is the name of what SMTP_URL says'),
    ]);
    expect(problemsOf({ sites: `mail = 5\n${SITE}` })).toEqual([expect.stringContaining('mail | is not a table')]);
    expect(problemsOf({ sites: `${SITE}\n[mail.provider.ops]\n${SMTP}` })).toEqual([
      expect.stringContaining('mail.provider | is not a known key'),
    ]);
  });
});

test('a reload takes over what is declared by then', () => {
  const reloaded = reloadDirectory(loadingOf({ sites: sitesWith(SMTP.replace('mail.', 'smtp.')) }));

  expect(reloaded).toMatchObject({ declaredMail: { providers: [{ endpoint: { host: 'smtp.example.org' } }] } });
});
