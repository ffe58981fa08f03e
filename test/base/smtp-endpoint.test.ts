/** A mail server as records describe it. */
import { expect, test } from '@jest/globals';
import { readSmtpEndpoint, smtpFieldsOf, smtpSecretsOf, type SmtpEndpoint } from '../../src/base/net/smtp-endpoint.js';

function read(given: object): SmtpEndpoint {
  const answer = readSmtpEndpoint(given);
  if ('wrong' in answer) throw new Error(JSON.stringify(answer.wrong));
  return answer.endpoint;
}

test.each([
  [{ host: 'mail.example.org' }, { port: 587, tls: 'required' }],
  [{ host: 'mail.example.org', tls: 'implicit' }, { port: 465 }],
  [
    { host: '::1', user: 'gate' },
    { port: 587, tls: 'none', user: 'gate' },
  ],
  [
    { host: 'mail.example.org', port: 25, tls: 'if_offered' },
    { port: 25, tls: 'if_offered' },
  ],
])('%j has what is left out by default, and is the same when it is read again', (given, expected) => {
  const endpoint = read(given);

  expect(endpoint).toMatchObject(expected);
  expect(read(JSON.parse(JSON.stringify(smtpFieldsOf(endpoint))) as object)).toEqual(endpoint);
});

test.each([
  [{}, ['host']],
  [{ host: 'mail.example.org', tls: 'none' }, ['tls']],
  [{ host: 'a b', port: 0, tls: 'yes', oauth_grant: 'x' }, ['host', 'port', 'tls', 'oauth_grant']],
  [{ host: 'mail.example.org', oauth_scope: 'mail' }, ['oauth_token_url', 'oauth_client_id', 'user']],
  [{ host: 'mail.example.org', dkim_domain: 'example.org' }, ['dkim_selector']],
  [{ host: 'mail.example.org', user: 'a\r\nb' }, ['user']],
  [{ host: 'mail.example.org', password: 'hunter2' }, ['password']],
])('of %j every wrong field is named', (given, fields) => {
  const answer = readSmtpEndpoint(given);

  expect('wrong' in answer ? answer.wrong.map(({ field }) => field) : []).toEqual(fields);
});

test('which secrets it needs', () => {
  const oauth = { user: 'a', oauth_token_url: 'https://login.example.org/token', oauth_client_id: 'b' };
  const needed = [
    {},
    { user: 'a' },
    oauth,
    { ...oauth, oauth_grant: 'client_credentials', dkim_domain: 'example.org', dkim_selector: 'mail' },
  ].map((some) => smtpSecretsOf(read({ host: 'mail.example.org', ...some })));

  expect(needed).toEqual([[], ['smtp.password'], ['smtp.refresh_token'], ['smtp.client_secret', 'smtp.dkim_key']]);
});
