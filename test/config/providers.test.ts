/** `[identity.providers.<name>]`: what a right table becomes, every problem with its cure, and that a reload takes it over. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { makeAuthority } from '../fakes/certificate.js';
import { reloadDirectory } from '../../src/config/reload.js';
import { configOf, loadingOf, problemsOf, SITE } from '../fixtures/sites/loading.js';

const SECRETS = { KODER_ID_SECRET: 'a-secret-of-koder-id' };
const AT = 'identity.providers.koder';

function table(lines: string, name = 'koder'): string {
  return `${SITE}\n[identity.providers.${name}]\n${lines}\n`;
}

const ISSUER = 'issuer = "https://id.koder.dev"';
const CLIENT = 'client_id = "koder-gate"\nclient_secret_env = "KODER_ID_SECRET"';
const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const OIDC = `kind = "oidc"\n${ISSUER}\n${CLIENT}`;

test('Koder ID, with all that may be said', () => {
  const more =
    'title = "Koder ID"\nscopes = ["openid"]\nallowed_domains = ["Koder.DEV"]\nauthoritative_for = ["bücher.example"]';
  const { providers } = configOf({
    sites: table(`${OIDC}\n${more}\nallowed_tenants = ["t1"]`),
    environment: SECRETS,
  });

  const koder = providers.get('koder');
  expect(koder).toMatchObject({
    name: 'koder',
    title: 'Koder ID',
    kind: 'oidc',
    issuer: 'https://id.koder.dev',
    clientId: 'koder-gate',
    scopes: ['openid'],
    allowedTenants: ['t1'],
    allowedDomains: ['koder.dev'],
    authoritativeFor: ['xn--bcher-kva.example'],
  });
  expect(koder?.clientSecret.revealText()).toBe(SECRETS.KODER_ID_SECRET);
});

test.each([
  ['google', 'Google', 'https://accounts.google.com', ['openid', 'email', 'profile']],
  ['github', 'GitHub', 'https://github.com', ['read:user', 'user:email']],
])('of %s the rest is known', (...[kind, title, issuer, scopes]) => {
  const { providers } = configOf({ sites: table(`kind = "${kind}"\n${CLIENT}`), environment: SECRETS });

  expect(providers.get('koder')).toMatchObject({ title, issuer, scopes, allowedDomains: null, authoritativeFor: [] });
});

test.each([
  ['one tenant', TENANT, ''],
  ['several tenants', 'organizations', `allowed_tenants = ["${TENANT}"]`],
])('Microsoft Entra for people of %s', (_whom, path, more) => {
  const issuer = `https://login.microsoftonline.com/${path}/v2.0`;
  const sites = table(`kind = "oidc"\nissuer = "${issuer}"\n${CLIENT}\n${more}`);

  expect(configOf({ sites, environment: SECRETS }).providers.get('koder')).toMatchObject({ issuer });
});

test.each(['contoso.onmicrosoft.com/v2.0', '{tenantid}/v2.0', 'common', 'common/v2.0/', TENANT, `${TENANT}/v2.0/`])(
  'an issuer of Entra whose tokens say another is refused: %s',
  (path) => {
    const issuer = `https://login.microsoftonline.com/${path}`;
    const told = problemsOf({ sites: table(`kind = "oidc"\nissuer = "${issuer}"\n${CLIENT}`), environment: SECRETS });

    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`${AT}.issuer | is not what the tokens of Microsoft Entra say | Write https://login.`);
  },
);

test('a secret may lie in a file, and an issuer on this machine speaks plain http', () => {
  const sites = table('kind = "oidc"\nissuer = "http://localhost:3000"\nclient_id = "g"\nclient_secret_file = "/s"');

  expect(
    configOf({ sites, files: { '/s': 'from-a-file\n' } })
      .providers.get('koder')
      ?.clientSecret.revealText(),
  ).toBe('from-a-file');
});

test('without a table nobody else says who somebody is', () => {
  expect(configOf({}).providers.size).toBe(0);
});

describe('a problem', () => {
  test.each<[string, string, string, string]>([
    [`${SITE}[identity]\nproviders = 1`, 'identity.providers', 'is not a table', '[identity.providers.<name>]'],
    [table(OIDC, '"Koder ID"'), 'identity.providers."Koder ID"', 'is not a name', 'small letters'],
    [table(`${ISSUER}\n${CLIENT}`), `${AT}.kind`, 'is missing', 'kind = "oidc"'],
    [table(`kind = "saml"\n${CLIENT}`), `${AT}.kind`, 'is "saml", not one of oidc, github, google', 'kind = "oidc"'],
    [table(`kind = "oidc"\n${CLIENT}`), `${AT}.issuer`, 'is missing', 'issuer = "https://id.koder.dev"'],
    [
      table(`kind = "oidc"\nissuer = "http://id.koder.dev"\n${CLIENT}`),
      `${AT}.issuer`,
      'is plain http to id.koder.dev',
      'loopback',
    ],
    [table('kind = "github"\nclient_secret_env = "KODER_ID_SECRET"'), `${AT}.client_id`, 'is missing', 'client_id ='],
    [table('kind = "github"\nclient_id = "g"'), `${AT}.client_secret_env`, 'is missing', 'client_secret_file'],
    [
      table('kind = "github"\nclient_id = "g"\nclient_secret = "hunter2"'),
      `${AT}.client_secret`,
      'looks like a secret, and secrets do not belong in this file',
      'client_secret_env',
    ],
    [
      table('kind = "github"\nclient_id = "g"\nclient_secret_env = "NOT_SET"'),
      `${AT}.client_secret_env`,
      'the variable NOT_SET is not set',
      'NOT_SET_FILE',
    ],
    [table(`${OIDC}\nscopes = ["email"]`), `${AT}.scopes`, 'lacks openid', 'Add "openid"'],
    [
      table(`${OIDC}\nscopes = ["openid email"]`),
      `${AT}.scopes.0`,
      '"openid email" is not a scope',
      '["openid", "email"]',
    ],
    [
      table(`${OIDC}\nauthoritative_for = ["*.koder.dev"]`),
      `${AT}.authoritative_for.0`,
      '"*.koder.dev" is not a domain',
      'koder.dev',
    ],
    [
      table(`kind = "github"\n${CLIENT}\nauthoritative_for = ["koder.dev"]`),
      `${AT}.authoritative_for`,
      'is wrong of GitHub, which gives out no mailboxes',
      'Take it out',
    ],
    [
      table(`kind = "google"\n${CLIENT}\nallowed_tenants = ["t"]`),
      `${AT}.allowed_tenants`,
      'is for Microsoft Entra, which is kind = "oidc"',
      'Take it out',
    ],
    [
      table(`kind = "oidc"\nissuer = "https://login.microsoftonline.com/common/v2.0"\n${CLIENT}`),
      `${AT}.allowed_tenants`,
      'is missing, and this issuer vouches for people of any tenant',
      'name the tenant in the issuer',
    ],
    [
      table(
        `kind = "oidc"\nissuer = "https://login.microsoftonline.us/common/v2.0"\n${CLIENT}\nallowed_tenants = ["t"]`,
      ),
      `${AT}.issuer`,
      'stands for every tenant of a national cloud',
      'Name one tenant in it',
    ],
    [table(`${OIDC}\ncallback = "x"`), `${AT}.callback`, 'is not a known key', 'Known here:'],
  ])('%#: %s', (sites, ...told) => {
    const found = problemsOf({ sites, environment: SECRETS }).map(String);

    expect(found).toHaveLength(1);
    for (const part of told) expect(found[0]).toContain(part);
    expect(found[0]).not.toContain('hunter2');
  });
});

test('a reload takes over what the file says by then', () => {
  const reloaded = reloadDirectory(loadingOf({ sites: table(OIDC), environment: SECRETS }));

  expect('providers' in reloaded && [...reloaded.providers.keys()]).toEqual(['koder']);
});

describe('a private key in place of a secret', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const [short, edwards] = [generateKeyPairSync('rsa', { modulusLength: 1_024 }), generateKeyPairSync('ed25519')];
  const pemOf = ({ privateKey }: { readonly privateKey: KeyObject }): string =>
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const locked = ec.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' });
  const BY_KEY = `kind = "oidc"\n${ISSUER}\nclient_id = "koder-gate"\nclient_key_file = "/key.pem"`;

  test.each([
    ['RS256', pemOf(rsa), ''],
    ['PS256', pemOf(rsa), 'client_key_alg = "PS256"'],
    ['ES256', pemOf(ec), ''],
  ])('signs %s', (algorithm, pem, more) => {
    const { providers } = configOf({ sites: table(`${BY_KEY}\n${more}`), files: { '/key.pem': pem } });

    const key = providers.get('koder')?.clientKey;
    expect(key?.algorithm).toBe(algorithm);
    expect(key?.pem.revealText().trim()).toBe(pem.trim());
    expect(providers.get('koder')?.clientSecret.revealText()).toBe('');
  });

  test.each<[string, string | null, string, string]>([
    ['there is none', null, '', 'does not exist'],
    ['it is empty', '', '', 'is empty'],
    ['it is none', 'hunter2', '', 'holds no private key in PEM'],
    ['it is broken', pemOf(rsa).replace(/[A-Z]{3}/, 'hunter2'), '', 'holds no private key in PEM'],
    [
      'it is the public half',
      rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      '',
      'holds a public key',
    ],
    ['it is under a passphrase', locked.toString(), '', 'under a passphrase'],
    ['it is on another curve', pemOf(other), '', 'another curve than P-256'],
    ['it is of another kind', pemOf(edwards), '', 'neither an RSA key nor one on P-256'],
    ['it is too short', pemOf(short), '', 'fewer than 2048 bits'],
    ['it cannot sign so', pemOf(ec), 'client_key_alg = "RS256"', 'holds no key for RS256'],
    ['it cannot sign so either', pemOf(rsa), 'client_key_alg = "ES256"', 'holds no key for ES256'],
    ['a secret is given, too', pemOf(ec), 'client_secret_env = "KODER_ID_SECRET"', 'and so is a client secret'],
  ])('is told of where %s', (...[, pem, more, told]) => {
    const files = pem === null ? {} : { '/key.pem': pem };
    const found = problemsOf({ sites: table(`${BY_KEY}\n${more}`), environment: SECRETS, files }).map(String);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${AT}.client_key_file`);
    expect(found[0]).toContain(told);
    expect(found[0]).not.toContain('hunter2');
  });

  test('is known by a certificate, where there is one', () => {
    const { cert, key } = makeAuthority('Koder').issue('gate');
    const { providers } = configOf({
      sites: table(`${BY_KEY}\nclient_cert_file = "/cert.pem"`),
      files: { '/key.pem': key, '/cert.pem': cert },
    });

    const der = Buffer.from(cert.replaceAll(/-----.*-----/g, ''), 'base64');
    const thumbprint = createHash('sha256').update(der).digest('base64url');
    expect(providers.get('koder')?.clientKey).toMatchObject({ algorithm: 'ES256', thumbprint });
  });

  test.each([
    ['is of another key', makeAuthority('Koder').issue('gate').cert, 'the certificate of another key'],
    ['is none', pemOf(ec), 'holds no certificate in PEM'],
    ['is empty', '', 'is empty'],
    ['is not there', null, 'does not exist'],
  ])('is told of where its certificate %s', (_what, cert, told) => {
    const files = { '/key.pem': pemOf(ec), ...(cert === null ? {} : { '/cert.pem': cert }) };
    const sites = table(`${BY_KEY}\nclient_cert_file = "/cert.pem"`);
    const found = problemsOf({ sites, files }).map(String);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${AT}.client_cert_file`);
    expect(found[0]).toContain(told);
  });

  test.each([
    ['kind = "github"\nclient_id = "g"\nclient_key_file = "/key.pem"', 'is for kind = "oidc"'],
    [`${OIDC}\nclient_key_alg = "ES256"`, 'is for a client_key_file'],
    [`${OIDC}\nclient_cert_file = "/cert.pem"`, 'is for a client_key_file'],
  ])('is told of where it does not belong: %s', (lines, told) => {
    const found = problemsOf({ sites: table(lines), environment: SECRETS, files: { '/key.pem': pemOf(ec) } });

    expect(found.map(String).join()).toContain(told);
  });
});
