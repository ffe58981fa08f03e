import { describe, expect, test } from '@jest/globals';
import { readEmailConfig, type SmtpServer } from '../../bots/email/config.js';
import { emailEntry } from '../../bots/email/entry.js';

const FROM = 'Koder Gate <gate@example.org>';

describe('what is right', () => {
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

    expect(config?.server.login?.password.revealText()).toBe('p@ss/w:rd');
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
