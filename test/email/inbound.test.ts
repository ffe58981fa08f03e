/** What mail systems write back is recorded on its delivery; nothing that a mail says can do anything else. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withstandsMutations } from '../contract/mutations/mutations.js';
import { bounce, complaint, DELIVERY, letter, OWN_MESSAGE_ID } from '../fixtures/channels/inbound-mails.js';
import { HEADER, openInboundMail, SECRETS, signed, type InboundMailStage } from './inbound-stage.js';

let stage: InboundMailStage;
beforeEach(async () => {
  stage = await openInboundMail();
});
afterEach(() => stage.close());

const told = () => stage.told.map(({ deliveryId, what, reason }) => [deliveryId, what, reason]);

describe('who is believed', () => {
  const body = bounce();

  test.each([
    ['with its prefix', signed(body)],
    ['as bare hex', signed(body, { prefix: '' })],
    ['as bare hex in capitals', [[HEADER, (signed(body, { prefix: '' })[0]?.[1] ?? '').toUpperCase()]]],
    ['by the secret that is rotated in', signed(body, { secret: SECRETS[1] })],
  ] as const)('a signature %s', async (_name, headers) => {
    expect(await stage.post(body, headers)).toEqual({ status: 200, outcome: 'recorded' });
  });

  test.each([
    ['none', []],
    ['an empty one', [[HEADER, '']]],
    ['a short one', [[HEADER, 'sha256=abc']]],
    ['another hash by its prefix', signed(body, { prefix: 'sha512=' })],
    ['one by a secret that is not ours', signed(body, { secret: 'a-secret-of-somebody-else' })],
    ['one over another body', signed(`${body} `)],
    ['the right one, twice', [...signed(body), ...signed(body)]],
    ['the right one in another header', signed(body).map(([, value]) => ['X-Signature', value] as const)],
  ] as const)('not a signature: %s', async (_name, headers) => {
    expect((await stage.post(body, headers)).status).toBe(401);
    expect(stage.told).toEqual([]);
  });

  test('the header is the one that is configured', async () => {
    await stage.close();
    stage = await openInboundMail({ EMAIL_WEBHOOK_HEADER: 'X-Mail-Signature' });

    const renamed = signed(body).map(([, value]) => ['x-mail-signature', value] as const);

    expect((await stage.post(body)).status).toBe(401);
    expect((await stage.post(body, renamed)).status).toBe(200);
  });
});

describe('a report is recorded on the delivery it is about', () => {
  test.each<[object, readonly string[]]>([
    [{ action: 'failed', status: '5.1.1' }, ['bounced', 'dsn_5.1.1']],
    [{ action: 'Failed', status: '5.7.26' }, ['bounced', 'dsn_5.7.26']],
    [{ action: 'delayed', status: '4.4.1' }, ['delayed', 'dsn_4.4.1']],
    [{ action: 'delivered', status: '2.0.0' }, ['delivered', 'dsn_2.0.0']],
    [{ action: 'relayed', status: '2.0.0' }, ['delivered', 'dsn_2.0.0']],
    [{ action: 'failed', status: 'APPROVE' }, ['bounced', 'dsn_unknown']],
  ])('%j is %j', async (input, recorded) => {
    await stage.post(bounce(input));

    expect(told()).toEqual([[DELIVERY, ...recorded]]);
  });

  test('of several recipients, the worst counts', async () => {
    const others = ['Final-Recipient: rfc822; bob@example.net\nAction: failed\nStatus: 5.2.2'];

    await stage.post(bounce({ action: 'delivered', status: '2.0.0', others }));

    expect(told()).toEqual([[DELIVERY, 'bounced', 'dsn_5.2.2']]);
  });

  test.each([
    ['the header alone attached', { originalType: 'text/rfc822-headers' }],
    ['nothing attached, but an answer to the mail', { messageId: null, inReplyTo: OWN_MESSAGE_ID }],
    ['an internationalised status', { statusType: 'message/global-delivery-status' }],
    ['our domain in capitals', { messageId: OWN_MESSAGE_ID.replace('example.org', 'EXAMPLE.ORG') }],
  ])('with %s', async (_name, input) => {
    await stage.post(bounce(input));

    expect(told()).toEqual([[DELIVERY, 'bounced', 'dsn_5.1.1']]);
  });

  test.each(['abuse', 'fraud', 'Other'])('a complaint of %s', async (kind) => {
    await stage.post(complaint(kind));

    expect(told()).toEqual([[DELIVERY, 'complained', `arf_${kind.toLowerCase()}`]]);
  });

  test.each(['not-spam', 'auth-failure', 'dmarc'])('%s is no complaint of a recipient', async (kind) => {
    expect(await stage.post(complaint(kind))).toEqual({ status: 200, outcome: 'no_report' });
  });

  test.each([
    ["another system's mail", '<4k2m0000000000000000@example.net>'],
    ['what is no delivery of ours', '<hello@example.org>'],
    ['two addresses in one', '<4k2m0000000000000000@example.org@example.org>'],
    ['a path', '<../../4k2m0000000000000000@example.org>'],
  ])('of %s it is none', async (_name, messageId) => {
    expect(await stage.post(bounce({ messageId }))).toEqual({ status: 200, outcome: 'no_report' });
    expect(stage.told).toEqual([]);
  });
});

describe('envelopes', () => {
  const raw = bounce();
  const base64 = Buffer.from(raw).toString('base64');

  test.each<[string, unknown]>([
    ['raw', { raw }],
    ['base64', { raw: base64 }],
    ['base64 in lines', { raw: base64.replace(/(.{76})/g, '$1\r\n') }],
    ['RawEmail', { RawEmail: raw, Subject: 'x' }],
    ['a mail in a message', { event: 'inbound', message: { id: '1', raw: base64 } }],
    ['a message as text', { type: 'mail', message: raw }],
    ['data in data', { data: { email: { rfc822: raw } } }],
  ])('%s', async (_name, envelope) => {
    expect(await stage.post(JSON.stringify(envelope))).toEqual({ status: 200, outcome: 'recorded' });
  });

  test.each([
    ['nothing', ''],
    ['no mail and no JSON', '\u0000\u0001'],
    ['JSON without a mail', '{"event":"inbound"}'],
    [
      'an envelope in an envelope in an envelope in an envelope',
      JSON.stringify({ data: { data: { data: { data: { raw } } } } }),
    ],
    ['a mail that is none', '{"raw":"not a mail at all"}'],
    ['a list', '[]'],
    ['half of it', JSON.stringify({ raw }).slice(0, 200)],
  ])('%s is malformed', async (_name, body) => {
    expect(await stage.post(body)).toEqual({ status: 400, outcome: 'malformed' });
  });
});

describe('nothing a mail says decides', () => {
  const TOKEN = '8c7d2a9e1b3f4a0c5e6d8b9a7c1d2e3f';

  test.each([
    ['APPROVE', letter('APPROVE', 'APPROVE')],
    ['a token', letter(`Re: request ${TOKEN}`, `approve ${TOKEN}`)],
    ['a confirm link', letter('Re: access', `https://gate.example.org/req/${TOKEN}?verdict=approve`)],
    [
      'a /gate line',
      letter('/gate approve 4k2m', `/gate approve 4k2m for 8h\n/gate grant 203.0.113.7 stg.example.org`),
    ],
    [
      'a form, posted by mail',
      letter('Re:', '<form action="/req/x" method="post"><input name="verdict" value="approve"></form>'),
    ],
    ['a bounce that says so', bounce({ action: 'approve', status: `approve ${TOKEN}` })],
    ['a complaint that says so', complaint('approve')],
    [
      'a Talk callback in a mail',
      letter('x', JSON.stringify({ type: 'action', verb: 'approve', data: { token: TOKEN } })),
    ],
  ])('%s', async (_name, mail) => {
    const answer = await stage.post(mail);
    const inEnvelope = await stage.post(JSON.stringify({ raw: mail, verdict: 'approve', token: TOKEN }));

    expect([answer, inEnvelope]).toEqual([
      { status: 200, outcome: 'no_report' },
      { status: 200, outcome: 'no_report' },
    ]);
    expect(stage.touched).toEqual([]);
    expect(stage.told).toEqual([]);
    expect(stage.logged()).not.toContain(TOKEN);
  });

  test('a genuine bounce opens the door for mails, and no other', async () => {
    await stage.post(bounce());

    expect(stage.told).toHaveLength(1);
    expect(stage.touched).toEqual([]);
  });
});

describe('what comes twice, and what cannot be written', () => {
  test('the same call again is told apart by its body, and answered with success', async () => {
    const body = bounce();

    const answers = [await stage.post(body), await stage.post(body, signed(body, { secret: SECRETS[1] }))];

    expect(answers.map(({ outcome }) => outcome)).toEqual(['recorded', 'repeated']);
    expect(stage.told).toHaveLength(1);
  });

  test('a ledger that is away is 503, so that the provider sends it again', async () => {
    stage.away();

    expect(await stage.post(bounce())).toEqual({ status: 503, outcome: 'unavailable' });
  });
});

test('a mail made of thousands of parts is not taken apart', async () => {
  const mail = `Content-Type: multipart/report; boundary=b\r\n\r\n${'--b\r\n\r\n\r\n'.repeat(25_000)}--b--`;
  const startMs = performance.now();

  expect(await stage.post(mail)).toEqual({ status: 200, outcome: 'no_report' });
  expect(performance.now() - startMs).toBeLessThan(800);
});

test('it withstands ten thousand damaged calls', async () => {
  const raw = bounce();
  const bodies = [
    raw,
    JSON.stringify({ raw }),
    JSON.stringify({ message: { raw: Buffer.from(raw).toString('base64') } }),
  ];

  const statuses = await withstandsMutations({
    url: stage.url,
    genuine: () => {
      const [first = '', ...others] = bodies;
      const call = (body: string) => ({ method: 'POST', headers: signed(body), body: Buffer.from(body) });
      return [call(first), ...others.map(call)];
    },
    sign: (body) => signed(body),
    authHeaders: [HEADER.toLowerCase()],
    effects: () => stage.told.length,
    logged: () => stage.logged(),
    secrets: [...SECRETS, DELIVERY, 'ada@example.net'],
  });

  expect(statuses.get(401)).toBeGreaterThan(3_000);
}, 120_000);
