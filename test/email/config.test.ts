import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readEmailConfig } from '../../bots/email/config.js';
import { emailEntry } from '../../bots/email/entry.js';
import type { SmtpServer } from '../../bots/email/smtp/server.js';

const FROM = 'Koder Gate <gate@example.org>';

describe('what is right', () => {
  test('where providers are stored nothing else need be said, and another word is refused', () => {
    for (const isUsed of [true, false])
      expect(readEmailConfig({ MAIL_PROVIDERS: 'stored' }, isUsed)).toEqual({
        config: { server: null, from: null, webhook: null },
        problems: [],
      });
    expect(readEmailConfig({ MAIL_PROVIDERS: 'database' }, true)).toMatchObject({
      config: null,
      problems: [{ key: 'MAIL_PROVIDERS', cure: expect.stringContaining('MAIL_PROVIDERS=stored') }],
    });
  });

  test('nothing at all is not configured, and no problem while nobody uses it', () => {
    expect(readEmailConfig({}, false)).toEqual({ config: null, problems: [] });
  });

  test.each<[string, Partial<SmtpServer>]>([
    ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, tls: 'required', login: null }],
    ['smtps://mail.example.org', { port: 465, tls: 'implicit' }],
    ['smtp://mail.example.org:25?plaintext=allowed', { port: 25, tls: 'if_offered' }],
    ['smtp://127.0.0.1:1025', { host: '127.0.0.1', tls: 'none' }],
    ['smtp://[::1]:1025', { host: '::1', tls: 'none' }],
    ['smtp://localhost:1025', { host: 'localhost', tls: 'none' }],
  ])('%s', (url, expected) => {
    const { config, problems } = readEmailConfig({ SMTP_URL: url, MAIL_FROM: FROM }, true);

    expect(problems).toEqual([]);
    expect(config?.server).toMatchObject(expected);
  });

  test('a password is percent-decoded, and cannot be printed', () => {
    const { config } = readEmailConfig(
      { SMTP_URL: 'smtp://gate:p%40ss%2Fw%3Ard@mail.example.org', MAIL_FROM: FROM },
      true,
    );

    expect(config?.server?.login?.password.revealText()).toBe('p@ss/w:rd');
    expect(JSON.stringify(config)).not.toContain('p@ss');
  });

  test.each([
    [FROM, { name: 'Koder Gate', address: 'gate@example.org' }],
    ['gate@example.org', { name: '', address: 'gate@example.org' }],
    ['"Gate, the" <gate@example.org>', { name: 'Gate, the', address: 'gate@example.org' }],
  ])('MAIL_FROM %s', (from, expected) => {
    expect(readEmailConfig({ SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: from }, true).config?.from).toEqual(
      expected,
    );
  });
});

describe('options behind the URL', () => {
  const ED25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const RSA = generateKeyPairSync('rsa', { modulusLength: 1_024 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const DKIM_URL = 'smtp://mail.example.org?dkim_domain=example.org&dkim_selector=mail2026';
  const OAUTH = 'oauth_token_url=https%3A%2F%2Flogin.example.org%2Ftoken&oauth_client_id=gate';

  test('say who signs in how, who signs, and where bounces go', () => {
    const url = `smtp://gate%40example.org@mail.example.org?${OAUTH}&oauth_scope=mail%20send&dkim_domain=example.org&dkim_selector=mail2026&bounce_address=b+{id}@example.org`;

    const { config, problems } = readEmailConfig(
      { SMTP_URL: url, MAIL_FROM: FROM, SMTP_REFRESH_TOKEN: 'a-refresh-token', SMTP_DKIM_KEY: RSA },
      true,
    );

    expect(problems).toEqual([]);
    expect(config?.server).toMatchObject({
      host: 'mail.example.org',
      port: 587,
      tls: 'required',
      login: null,
      oauth: {
        user: 'gate@example.org',
        tokenUrl: 'https://login.example.org/token',
        clientId: 'gate',
        scope: 'mail send',
      },
      dkim: { domain: 'example.org', selector: 'mail2026' },
      bounceAddress: 'b+{id}@example.org',
    });
    expect(config?.server?.oauth?.refreshToken?.revealText()).toBe('a-refresh-token');
    expect(JSON.stringify(config)).not.toMatch(/a-refresh-token|PRIVATE KEY/);
  });

  test.each([
    ['an Ed25519 key, by which mails would go out unsigned', DKIM_URL, { SMTP_DKIM_KEY: ED25519 }, ['SMTP_DKIM_KEY']],
    ['a key that is none', DKIM_URL, { SMTP_DKIM_KEY: 'hunter2' }, ['SMTP_DKIM_KEY']],
    ['DKIM without a key', DKIM_URL, {}, ['SMTP_DKIM_KEY']],
    ['a domain without a selector', 'smtp://mail.example.org?dkim_domain=example.org', {}, ['SMTP_URL']],
    ['a refresh token without its provider', 'smtp://u@mail.example.org?oauth_client_id=gate', {}, ['SMTP_URL']],
    ['XOAUTH2 without a token', `smtp://u@mail.example.org?${OAUTH}`, {}, ['SMTP_REFRESH_TOKEN']],
    [
      'a client without its secret',
      `smtp://u@mail.example.org?oauth_grant=client_credentials&${OAUTH}`,
      {},
      ['SMTP_CLIENT_SECRET'],
    ],
    ['XOAUTH2 with a password', `smtp://u:hunter2@mail.example.org?${OAUTH}`, {}, ['SMTP_URL']],
    [
      'a token endpoint in clear',
      'smtp://u@mail.example.org?oauth_client_id=g&oauth_token_url=http%3A%2F%2Fa.example',
      {},
      ['SMTP_URL'],
    ],
    ['an option twice', 'smtp://mail.example.org?plaintext=allowed&plaintext=allowed', {}, ['SMTP_URL']],
    ['a bounce address that is none', 'smtp://mail.example.org?bounce_address=b{id}', {}, ['SMTP_URL']],
    ['a line break in an option', 'smtp://mail.example.org?bounce_address=b%0d%0aRCPT@example.org', {}, ['SMTP_URL']],
  ] as const)('%s is refused, with what to do', (...[, url, more, keys]) => {
    const { config, problems } = readEmailConfig({ SMTP_URL: url, MAIL_FROM: FROM, ...more }, true);

    expect(config).toBeNull();
    expect(problems.map(({ key }) => key)).toEqual(keys);
    expect(problems.every(({ problem, cure }) => problem !== '' && cure !== '')).toBe(true);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|PRIVATE/);
  });

  test('what an Ed25519 key is told says how to make one that works', () => {
    const { problems } = readEmailConfig({ SMTP_URL: DKIM_URL, MAIL_FROM: FROM, SMTP_DKIM_KEY: ED25519 }, true);

    expect(problems[0]?.problem).toContain('ed25519');
    expect(problems[0]?.cure).toContain('openssl genrsa');
  });
});

describe('who reports bounces', () => {
  const SENDS = { SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: FROM };
  const SECRET = 'a-secret-of-the-provider';

  test('nobody, where there is no secret', () => {
    expect(readEmailConfig(SENDS, true).config?.webhook).toBeNull();
  });

  test('whoever knows one of the secrets, in the header that is usual or the one that is named', () => {
    const secrets = { ...SENDS, EMAIL_WEBHOOK_SECRET: `${SECRET}, another-${SECRET}` };

    const usual = readEmailConfig(secrets, true).config?.webhook;
    const named = readEmailConfig({ ...secrets, EMAIL_WEBHOOK_HEADER: 'X-Mail-Signature' }, true).config?.webhook;

    expect(usual?.secrets.map((secret) => secret.revealText())).toEqual([SECRET, `another-${SECRET}`]);
    expect([usual?.header, named?.header]).toEqual(['x-purelymail-signature', 'x-mail-signature']);
    expect(JSON.stringify(usual)).not.toContain(SECRET);
  });

  test.each([
    ['a secret alone', { EMAIL_WEBHOOK_SECRET: SECRET }, ['SMTP_URL', 'MAIL_FROM']],
    ['a short secret', { ...SENDS, EMAIL_WEBHOOK_SECRET: 'hunter2' }, ['EMAIL_WEBHOOK_SECRET']],
    ['one short secret of two', { ...SENDS, EMAIL_WEBHOOK_SECRET: `${SECRET},hunter2` }, ['EMAIL_WEBHOOK_SECRET']],
    ['a header without a secret', { ...SENDS, EMAIL_WEBHOOK_HEADER: 'X-Signature' }, ['EMAIL_WEBHOOK_HEADER']],
    [
      'a header that is none',
      { ...SENDS, EMAIL_WEBHOOK_SECRET: SECRET, EMAIL_WEBHOOK_HEADER: 'X Signature:' },
      ['EMAIL_WEBHOOK_HEADER'],
    ],
  ])('%s is half a configuration', (_name, environment, keys) => {
    const { config, problems } = readEmailConfig(environment, false);

    expect(config).toBeNull();
    expect(problems.map(({ key }) => key)).toEqual(keys);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

describe('what is wrong is named, with a cure', () => {
  test.each([
    ['both missing while a site uses it', {}, ['SMTP_URL', 'MAIL_FROM']],
    ['half of it', { SMTP_URL: 'smtp://mail.example.org' }, ['MAIL_FROM']],
    ['the other half', { MAIL_FROM: FROM }, ['SMTP_URL']],
    ['both wrong', { SMTP_URL: 'mail.example.org', MAIL_FROM: 'gate' }, ['SMTP_URL', 'MAIL_FROM']],
    ['another scheme', { SMTP_URL: 'https://mail.example.org', MAIL_FROM: FROM }, ['SMTP_URL']],
    ['no host', { SMTP_URL: 'smtp://', MAIL_FROM: FROM }, ['SMTP_URL']],
    ['a user without a password', { SMTP_URL: 'smtp://gate@mail.example.org', MAIL_FROM: FROM }, ['SMTP_URL']],
    ['a malformed percent sign', { SMTP_URL: 'smtp://gate:a%zz@mail.example.org', MAIL_FROM: FROM }, ['SMTP_URL']],
    ['a slash in the password', { SMTP_URL: 'smtp://gate:a/b@mail.example.org', MAIL_FROM: FROM }, ['SMTP_URL']],
    ['an unknown option', { SMTP_URL: 'smtp://mail.example.org?pool=true', MAIL_FROM: FROM }, ['SMTP_URL']],
    [
      'a header in the sender',
      { SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: 'a\r\nBcc: x <gate@example.org>' },
      ['MAIL_FROM'],
    ],
    ['two senders', { SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: 'a@b.example, c@d.example' }, ['MAIL_FROM']],
  ])('%s', (_what, environment, keys) => {
    const { config, problems } = readEmailConfig(environment, true);

    expect(config).toBeNull();
    expect(problems.map(({ key }) => key)).toEqual(keys);
    expect(problems.every(({ problem, cure, file }) => problem !== '' && cure !== '' && file === 'environment')).toBe(
      true,
    );
  });

  test('a problem never tells the password', () => {
    const { problems } = readEmailConfig({ SMTP_URL: 'smtp://gate:hunter2@mail.example.org?x=1', MAIL_FROM: '' }, true);

    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

test.each([
  ['rpm@koder.dev', true],
  ['first.last+tag@sub.example.org', true],
  ['rpm', false],
  ['rpm@', false],
  ['@koder.dev', false],
  ['a@b@c.example', false],
  ['a..b@c.example', false],
  ['rpm@koder..dev', false],
  ['rpm@-koder.dev', false],
  [`${'a'.repeat(65)}@koder.dev`, false],
])('an address %p is well-formed: %p', (address, expected) => {
  expect(emailEntry.checkAddress(address) === null).toBe(expected);
});
