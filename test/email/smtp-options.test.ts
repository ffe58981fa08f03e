/** What mails carry on their way: a DKIM signature, a bounce address, a wish to be told of failure; and how one signs in. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { OpenChannel } from '../../src/contract/channel.js';
import { emailEntry } from '../../bots/email/entry.js';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { closeMails, closers, notify } from '../fixtures/channels/email.js';
import { fieldOf, isSignatureGood } from '../fixtures/dkim.js';
import { channelDeps } from '../contract/notifier/fixture.js';

closeMails();

const FROM = 'Koder Gate <gate@koder.dev>';
const FACTS = { publicUrl: 'https://gate.example.org', isUsed: true, sites: [], producers: [] };

function pem(key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const RSA = generateKeyPairSync('rsa', { modulusLength: 1_024 });

async function server(options: SMTPServerOptions = {}): Promise<FakeSmtp> {
  const fake = await startFakeSmtp(options);
  closers.push(() => fake.close());
  return fake;
}

async function channelAt(environment: Readonly<Record<string, string>>): Promise<OpenChannel> {
  const { config, problems } = emailEntry.configure({ MAIL_FROM: FROM, ...environment }, FACTS);
  if (config === null) throw new Error(JSON.stringify(problems));
  const { open } = await emailEntry.load();
  const channel = await open(
    config,
    channelDeps(() => undefined),
  );
  closers.push(() => channel.stop());
  return channel;
}

/** Everything a server was told of one mail. */
function watching(): { readonly options: SMTPServerOptions; raw: string; session: SMTPServerSession | null } {
  const seen = {
    raw: '',
    session: null as SMTPServerSession | null,
    options: {
      onData(stream, session, callback) {
        stream.on('data', (chunk: Buffer) => (seen.raw += chunk.toString('latin1')));
        stream.on('end', () => {
          seen.session = structuredClone({ envelope: session.envelope }) as SMTPServerSession;
          callback();
        });
      },
    } as SMTPServerOptions,
  };
  return seen;
}

describe('on their way', () => {
  test('a mail is signed by DKIM, and the signature is good', async () => {
    const seen = watching();
    const { port } = await server(seen.options);
    const url = `smtp://127.0.0.1:${String(port)}?dkim_domain=koder.dev&dkim_selector=mail2026`;
    const channel = await channelAt({ SMTP_URL: url, SMTP_DKIM_KEY: pem(RSA.privateKey) });

    await notify(channel);

    const field = fieldOf(seen.raw, 'dkim-signature');
    expect(field).toMatch(/d=koder\.dev;.*s=mail2026;/s);
    expect(isSignatureGood(seen.raw, RSA.publicKey)).toBe(true);
    expect(isSignatureGood(seen.raw.replace(/^Subject: /m, 'Subject: not '), RSA.publicKey)).toBe(false);
  });

  test('a bounce comes to an address of its own, and the Message-ID stays the sender’s', async () => {
    const seen = watching();
    const { port } = await server(seen.options);
    const channel = await channelAt({
      SMTP_URL: `smtp://127.0.0.1:${String(port)}?bounce_address=bounces+{id}@bounces.example.org`,
    });

    await notify(channel, { deliveryId: 'delivery1' });

    expect(seen.session?.envelope.mailFrom).toMatchObject({ address: 'bounces+delivery1@bounces.example.org' });
    expect(fieldOf(seen.raw, 'message-id')).toBe('<delivery1@koder.dev>');
    expect(fieldOf(seen.raw, 'x-koder-gate-message')).toBe('delivery1@koder.dev');
    expect(fieldOf(seen.raw, 'from')).toBe(FROM);
  });

  test.each([
    ['is asked to tell of failure and delay', false],
    ['is not asked where it does not offer it', true],
  ])('a server %s', async (_name, isHidden) => {
    const seen = watching();
    const { port } = await server({ ...seen.options, hideDSN: isHidden });
    const channel = await channelAt({ SMTP_URL: `smtp://127.0.0.1:${String(port)}` });

    await notify(channel, { deliveryId: 'delivery1' });

    const { dsn, rcptTo } = seen.session?.envelope as unknown as Seen;
    expect(dsn).toEqual(isHidden ? undefined : { ret: 'HDRS', envid: 'delivery1' });
    expect(rcptTo[0]?.dsn ?? null).toEqual(
      isHidden ? null : { notify: ['FAILURE', 'DELAY'], orcpt: 'rfc822;rpm@example.org' },
    );
  });
});

/** What the server's types leave out. */
interface Seen {
  readonly dsn?: object;
  readonly rcptTo: readonly { readonly dsn?: object }[];
}

describe('XOAUTH2', () => {
  interface Endpoint {
    readonly url: string;
    readonly asked: URLSearchParams[];
  }
  async function endpoint(
    answer: (asked: number) => { readonly status: number; readonly body: object },
  ): Promise<Endpoint> {
    const asked: URLSearchParams[] = [];
    const http = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        asked.push(new URLSearchParams(text));
        const { status, body } = answer(asked.length);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    closers.push(async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    });
    return { url: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/token`, asked };
  }
  /** Takes one token, as a provider does. */
  function taking(token: string): SMTPServerOptions {
    return {
      authMethods: ['XOAUTH2'],
      authOptional: false,
      onAuth(auth, _session, callback) {
        if (auth.username === 'gate@koder.dev' && auth.accessToken === token) callback(null, { user: 'gate' });
        else callback(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } });
      },
    };
  }
  function urlAt(port: number, tokenUrl: string, grant: string): string {
    const options = new URLSearchParams({
      oauth_grant: grant,
      oauth_token_url: tokenUrl,
      oauth_client_id: 'gate-client',
    }).toString();
    return `smtp://gate%40koder.dev@127.0.0.1:${String(port)}?${options}`;
  }

  test('a refresh token gets one access token for all mails', async () => {
    const tokens = await endpoint(() => ({ status: 200, body: { access_token: 'fresh', expires_in: 3_600 } }));
    const { port } = await server(taking('fresh'));
    const channel = await channelAt({
      SMTP_URL: urlAt(port, tokens.url, 'refresh_token'),
      SMTP_REFRESH_TOKEN: 'the-refresh-token',
    });

    const answers = await Promise.all(['a', 'b', 'c'].map((deliveryId) => notify(channel, { deliveryId })));

    expect(answers.map(({ kind }) => kind)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(tokens.asked.map((form) => Object.fromEntries(form))).toEqual([
      { grant_type: 'refresh_token', client_id: 'gate-client', refresh_token: 'the-refresh-token' },
    ]);
  });

  test('a token that the server refuses is renewed once; refused again, the provider is broken', async () => {
    const tokens = await endpoint((asked) => ({ status: 200, body: { access_token: `token${String(asked)}` } }));
    const environment = (port: number) => ({
      SMTP_URL: urlAt(port, tokens.url, 'client_credentials'),
      SMTP_CLIENT_SECRET: 'the-client-secret',
    });
    const [willing, unwilling] = [await server(taking('token2')), await server(taking('nobody-has-it'))];

    const taken = await notify(await channelAt(environment(willing.port)));
    const refused = await notify(await channelAt(environment(unwilling.port)));

    expect(taken).toMatchObject({ kind: 'delivered' });
    expect(refused).toEqual({ kind: 'refused', scope: 'provider', reason: 'smtp_535' });
    expect(Object.fromEntries(tokens.asked[0] ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'gate-client',
      client_secret: 'the-client-secret',
    });
    expect(tokens.asked).toHaveLength(4);
  });

  test.each([
    [400, { error: 'invalid_grant', error_description: 'secret words' }, ['refused', 'oauth_invalid_grant']],
    [401, { error: 'invalid_client' }, ['refused', 'oauth_invalid_client']],
    [400, { error: 'secret words' }, ['refused', 'oauth_http_400']],
    [503, {}, ['deferred', 'oauth_http_503']],
    [200, { token: 'x' }, ['deferred', 'oauth_no_token']],
    [200, { access_token: 'a\u0001b' }, ['deferred', 'oauth_no_token']],
  ])('an endpoint that says %i %j', async (status, body, [kind, reason]) => {
    const tokens = await endpoint(() => ({ status, body }));
    const fake = await server(taking('fresh'));
    const channel = await channelAt({
      SMTP_URL: urlAt(fake.port, tokens.url, 'refresh_token'),
      SMTP_REFRESH_TOKEN: 'the-refresh-token',
    });

    expect(await notify(channel)).toMatchObject({ kind, reason });
    expect(fake.connections()).toBe(0);
    expect(await channel.health(AbortSignal.timeout(5_000))).toMatchObject({
      kind: 'unhealthy',
      detail: expect.stringContaining(reason ?? ''),
    });
  });
});
