/** The access token of the Graph transport: one for all, renewed early, given up when refused, and what its refusals mean. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { graphTransport } from '../../../bots/email/graph/graph.js';
import { Secret } from '../../../src/base/crypto/secret.js';
import { makeAuthority } from '../../fakes/certificate.js';
import { aheadBy, closeGraphs, composed, graphDeps, openGraph, secretsOf } from '../../fixtures/channels/graph.js';

closeGraphs();

describe('a token', () => {
  test('is asked for once, however many mails want one', async () => {
    const { fake, send } = await openGraph({
      fake: { limits: { callsAtOnce: 40, mailsPerWindow: 40 } },
      deps: { tuning: { callsAtOnce: 20 } },
    });

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => send({ messageId: `m${String(at)}@koder.dev` })),
    );

    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(20);
    expect(fake.tokens.asked()).toBe(1);
  });

  test('is renewed at 80 % of its life, while mails go on with the one that is there', async () => {
    const ahead = { now: 0 };
    const { fake, send } = await openGraph({ deps: { clock: aheadBy(ahead) } });
    await send();
    ahead.now = 2_870_000;
    await send();
    expect(fake.tokens.asked()).toBe(1);
    ahead.now = 2_890_000;
    fake.faults.set({ at: ['token'], phase: 'before_effect', how: { kind: 'hang' } });

    expect(await send()).toMatchObject({ kind: 'accepted' });
    expect(fake.seen.filter(({ step }) => step === 'token')).toHaveLength(2);
  });

  test('that the API refuses is replaced once, and the call made again', async () => {
    const { fake, send } = await openGraph();
    await send();
    fake.tokens.revokeAll();

    expect(await send()).toMatchObject({ kind: 'accepted' });
    expect(fake.tokens.asked()).toBe(2);
  });

  test('refused twice is the provider’s refusal, and no third one is asked for', async () => {
    const { fake, send } = await openGraph();
    fake.faults.set({
      at: ['create'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 401, code: 'InvalidAuthenticationToken' },
    });

    expect(await send()).toMatchObject({
      kind: 'refused',
      scope: 'provider',
      reason: 'graph_invalid_authentication_token',
    });
    expect(fake.tokens.asked()).toBe(2);
  });

  test('whoever is told to stop does not wait for it, and those who wait still get it', async () => {
    const { fake, send } = await openGraph({ deps: { tuning: { timeoutMs: 500 } } });
    fake.faults.set({ at: ['token'], phase: 'before_effect', how: { kind: 'hang' } });
    const stopping = new AbortController();
    const [stopped, waiting] = [send({}, stopping.signal), send()];

    stopping.abort();

    expect(await stopped).toMatchObject({ kind: 'deferred', reason: 'aborted' });
    expect(await waiting).toMatchObject({ kind: 'deferred', reason: 'graph_token_timeout' });
    expect(fake.seen).toHaveLength(1);
  });
});

describe('a refusal of the token endpoint', () => {
  test.each([
    [7000222, { kind: 'refused', scope: 'provider', reason: 'graph_token_7000222' }, 'expired'],
    [7000215, { kind: 'refused', scope: 'provider', reason: 'graph_token_7000215' }, 'secret is wrong'],
    [700016, { kind: 'refused', scope: 'provider', reason: 'graph_token_700016' }, 'no such application'],
    [90002, { kind: 'refused', scope: 'provider', reason: 'graph_token_90002' }, 'no such tenant'],
    [90033, { kind: 'deferred', reason: 'graph_token_90033' }, 'token_url'],
  ])('%p is known by its number', async (code, expected, cure) => {
    const { fake, send, transport } = await openGraph();
    fake.registration.refusal = code;

    expect(await send()).toMatchObject(expected);
    const health = await transport.health(AbortSignal.timeout(5_000));
    expect(health).toMatchObject({ kind: 'unhealthy', cure: expect.stringContaining(cure) });
    expect(JSON.stringify(health)).not.toMatch(/AADSTS|s3cr3t/);
    expect(fake.calls()).toBe(0);
  });

  test('with a wait closes it for so long, and nobody asks meanwhile', async () => {
    const ahead = { now: 0 };
    const { fake, send } = await openGraph({ deps: { clock: aheadBy(ahead) } });
    fake.faults.set({
      times: 1,
      at: ['token'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 503, headers: { 'retry-after': '30' } },
    });

    expect(await send()).toMatchObject({ kind: 'deferred', retryAfterMs: 30_000 });
    ahead.now = 29_000;
    expect(await send()).toMatchObject({ kind: 'deferred', reason: 'graph_token_throttled' });
    expect(fake.tokens.asked()).toBe(0);
    ahead.now = 30_100;
    expect(await send()).toMatchObject({ kind: 'accepted' });
  });

  test('ends with a new secret: it is read for each token', async () => {
    const { fake, send } = await openGraph();
    const right = fake.registration.clientSecret;
    fake.registration.clientSecret = 'another';
    const transport = graphTransport(fake.endpoint, () => Promise.resolve(null), graphDeps());
    const secrets = [new Secret('wrong'), new Secret('another')];
    const mended = graphTransport(
      fake.endpoint,
      (purpose) => Promise.resolve(purpose === 'graph.certificate' ? null : (secrets.shift() ?? null)),
      graphDeps(),
    );
    const sent = await Promise.all([
      transport.send(composed(), AbortSignal.timeout(5_000)),
      mended.send(composed(), AbortSignal.timeout(5_000)),
    ]);

    expect(sent).toMatchObject([{ reason: 'graph_no_secret', scope: 'provider' }, { reason: 'graph_token_7000215' }]);
    expect(await mended.send(composed(), AbortSignal.timeout(5_000))).toMatchObject({ kind: 'accepted' });
    fake.registration.clientSecret = right;
    expect(await send()).toMatchObject({ kind: 'accepted' });
    for (const one of [transport, mended]) one.close();
  });
});

describe('a certificate', () => {
  test('proves the application by an assertion of its own for each token', async () => {
    const { fake } = await openGraph();
    const { pem, certificate } = registered();
    fake.registration.certificate = certificate;
    const transport = graphTransport(fake.endpoint, secretsOf(fake, pem), graphDeps());

    const first = await transport.send(composed(), AbortSignal.timeout(5_000));
    fake.tokens.revokeAll();
    const second = await transport.send(composed({ messageId: 'other@koder.dev' }), AbortSignal.timeout(5_000));

    transport.close();
    expect([first.kind, second.kind]).toEqual(['accepted', 'accepted']);
  });

  test('of another key, or none, is refused before anything is sent', async () => {
    const { fake } = await openGraph();
    const [mine, theirs] = [registered(), registered()];
    const swapped = mine.pem.replace(/-----BEGIN CERTIFICATE-----[\s\S]*/, theirs.certificate);
    const answers = [];
    for (const pem of [swapped, mine.certificate, 'nothing of the kind']) {
      const transport = graphTransport(fake.endpoint, secretsOf(fake, pem), graphDeps());
      answers.push(await transport.send(composed(), AbortSignal.timeout(5_000)));
      transport.close();
    }

    expect(answers).toMatchObject([
      { scope: 'provider', reason: 'graph_certificate_another_key' },
      { scope: 'provider', reason: 'graph_certificate_no_private_key' },
      { scope: 'provider', reason: 'graph_certificate_no_private_key' },
    ]);
    expect(fake.tokens.asked()).toBe(0);
  });
});

const authority = makeAuthority('Company CA');

function registered(): { readonly pem: string; readonly certificate: string } {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const { key, cert: certificate } = authority.issue('gate.example', undefined, rsa);
  return { pem: `${key}${certificate}`, certificate };
}
