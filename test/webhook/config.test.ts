import { describe, expect, test } from '@jest/globals';
import { checkConsumerUrl, configureWebhook } from '../../bots/webhook/config.js';
import type { Producer, Site } from '../../src/approval/site.js';
import { makeAuthority } from '../fakes/certificate.js';

const TOKEN = 'consumer-token-0123456789abcdef';
const unused = { isUsed: false, sites: [], producers: [] };
const withConsumer = {
  ...unused,
  sites: [{ consumers: new Map([['talk', 'https://talk.example.org/']]) } as unknown as Site],
};
const withCallback = { ...unused, producers: [{ callbackUrl: 'https://jet.example.org/' } as Producer] };
const authority = makeAuthority('Test authority');
const pair = authority.issue('gate');

describe('what is right', () => {
  test('nothing at all is not configured, and no problem while nobody uses it', () => {
    expect(configureWebhook({}, unused)).toEqual({ config: null, problems: [] });
  });

  test('a callback needs no variable', () => {
    const { config, problems } = configureWebhook({}, withCallback);

    expect(problems).toEqual([]);
    expect(config).toEqual({ token: null, clientCertificate: null, allowedNetworks: [] });
  });

  test('a bearer, and networks', () => {
    const { config } = configureWebhook(
      { WEBHOOK_TOKEN: TOKEN, WEBHOOK_ALLOWED_NETWORKS: '10.0.1.0/24, fd00::/8' },
      withConsumer,
    );

    expect(config?.token?.revealText()).toBe(TOKEN);
    expect(config?.allowedNetworks).toEqual(['10.0.1.0/24', 'fd00::/8']);
    expect(JSON.stringify(config)).not.toContain(TOKEN);
  });

  test('a client certificate with its key', () => {
    const { config, problems } = configureWebhook(
      { WEBHOOK_CLIENT_CERT: pair.cert, WEBHOOK_CLIENT_KEY: pair.key },
      withConsumer,
    );

    expect(problems).toEqual([]);
    expect(config?.clientCertificate?.key.revealText()).toBe(pair.key.trim());
  });
});

describe('what is wrong is named, with a cure', () => {
  test.each([
    { what: 'a consumer that would not know who asks', set: {}, facts: withConsumer, keys: ['WEBHOOK_TOKEN'] },
    { what: 'a token that can be guessed', set: { WEBHOOK_TOKEN: 'short' }, keys: ['WEBHOOK_TOKEN'] },
    { what: 'a token no header takes', set: { WEBHOOK_TOKEN: `${TOKEN} ${TOKEN}` }, keys: ['WEBHOOK_TOKEN'] },
    { what: 'a certificate without its key', set: { WEBHOOK_CLIENT_CERT: pair.cert }, keys: ['WEBHOOK_CLIENT_KEY'] },
    { what: 'a key without its certificate', set: { WEBHOOK_CLIENT_KEY: pair.key }, keys: ['WEBHOOK_CLIENT_CERT'] },
    {
      what: "another certificate's key",
      set: { WEBHOOK_CLIENT_CERT: pair.cert, WEBHOOK_CLIENT_KEY: authority.key },
      keys: ['WEBHOOK_CLIENT_KEY'],
    },
    {
      what: 'something else than PEM',
      set: { WEBHOOK_CLIENT_CERT: 'cert', WEBHOOK_CLIENT_KEY: 'key' },
      keys: ['WEBHOOK_CLIENT_CERT'],
    },
    {
      what: 'what is no network',
      set: { WEBHOOK_ALLOWED_NETWORKS: '10.0.0.0/8,jet.example.org' },
      keys: ['WEBHOOK_ALLOWED_NETWORKS'],
    },
    {
      what: 'several at once',
      set: { WEBHOOK_TOKEN: 'short', WEBHOOK_CLIENT_KEY: pair.key, WEBHOOK_ALLOWED_NETWORKS: 'x' },
      keys: ['WEBHOOK_TOKEN', 'WEBHOOK_CLIENT_CERT', 'WEBHOOK_ALLOWED_NETWORKS'],
    },
  ])('$what', ({ set, facts = unused, keys }) => {
    const { config, problems } = configureWebhook(set, facts);

    expect(config).toBeNull();
    expect(problems.map(({ key }) => key)).toEqual(keys);
    expect(problems.every(({ problem, cure }) => problem !== '' && cure !== '')).toBe(true);
  });
});

test.each([
  ['https://id.example.org/v1/auth-gate/approvals', true],
  ['http://127.0.0.1:8080/approvals', true],
  ['http://id.example.org/', false],
  ['https://user:password@id.example.org/', false],
  ['ftp://id.example.org/', false],
  ['rpm@koder.dev', false],
])('a consumer at %p is taken: %p', (url, expected) => {
  expect(checkConsumerUrl(url) === null).toBe(expected);
});
