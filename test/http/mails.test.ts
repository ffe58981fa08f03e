/** Mails that other services order: 202 is said for nothing but what is durable, once for a key, and within what is allowed. */
import { describe, expect, test } from '@jest/globals';
import { FLY_BEARER, JET_BEARER, JET_HOST } from '../fixtures/http/planes.js';
import { openPlanes, planes, reopenPlanes } from '../fixtures/http/one-planes.js';
import { get, json, wrongFields } from '../fixtures/http/receiver-calls.js';
import { call, type Answer } from '../fixtures/http/visitor-client.js';

openPlanes(() => ({ byMail: true }));

const PATH = '/api/v1/mails';
const ORDER = {
  to: ['ada@example.org', 'grace@example.org'],
  subject: 'The build is green',
  text: 'All <tests> passed.\r\nSee you.',
  idempotency_key: 'build-42',
};

interface Given {
  readonly bearer?: string | null;
  readonly key?: string;
  readonly body?: string | Buffer;
}

function order(
  change: Readonly<Record<string, unknown>> = {},
  { bearer = JET_BEARER, key, body }: Given = {},
): Promise<Answer> {
  return call(planes.publicUrl + PATH, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: body ?? JSON.stringify({ ...ORDER, ...change }),
  });
}

const inHours = (hours: number): string => new Date(planes.nowMs() + hours * 3_600_000).toISOString();

describe('a mail', () => {
  test('is one message for each recipient, sealed, and told to its producer', async () => {
    const answer = await order({ give_up_at: inHours(2) });

    expect(answer.status).toBe(202);
    const { mail, is_new: isNew } = json(answer);
    expect(isNew).toBe(true);
    expect(planes.mails.map(({ to, subject, text }) => [to, subject, text])).toEqual([
      ['ada@example.org', 'The build is green', 'All <tests> passed.\nSee you.'],
      ['grace@example.org', 'The build is green', 'All <tests> passed.\nSee you.'],
    ]);
    expect(planes.mails[0]?.html).toContain('All &lt;tests&gt; passed.');
    const rows = planes.store.query(`SELECT sealed_payload, about, resend_for FROM deliveries`);
    expect(rows[0]?.['resend_for']).toBeNull();
    expect(rows.map(({ about }) => about)).toEqual([`producer_mail:${String(mail)}`, `producer_mail:${String(mail)}`]);
    expect(JSON.stringify(rows)).not.toMatch(/green|tests/);
    expect(json(await get(`${PATH}/${String(mail)}`))).toMatchObject({
      mail,
      status: 'pending',
      idempotency_key: 'build-42',
      recipients: [
        { to: 'ada@example.org', state: 'queued', attempts: [] },
        { to: 'grace@example.org', state: 'queued', attempts: [] },
      ],
    });
  });

  test('ordered again is the same mail, by a key in the body or in the header; another mail under it is refused', async () => {
    const first = await order();

    const again = await order();
    const byHeader = await order({ idempotency_key: undefined }, { key: 'build-42' });
    const another = await order({ text: 'Something else.' });

    expect([again.status, json(again)]).toEqual([202, { mail: json(first)['mail'], is_new: false }]);
    expect(json(byHeader)['mail']).toBe(json(first)['mail']);
    expect([another.status, json(another)['code'], json(another)['mail']]).toEqual([
      409,
      'key_in_use',
      json(first)['mail'],
    ]);
    expect(planes.store.query('SELECT id FROM deliveries')).toHaveLength(2);
  });

  test('may wait for its time, and go by the mailboxes of a site of its own', async () => {
    const answer = await order({ not_before: inHours(3), site: JET_HOST, html: '<p>Green</p>' });

    expect([answer.status, wrongOf(answer)]).toEqual([422, ['site']]);
    expect((await order({ not_before: inHours(3), html: '<p>Green</p>' })).status).toBe(202);
    const [row] = planes.store.query('SELECT due_at - created_at AS waits, resend_for FROM deliveries');
    expect(row?.['resend_for']).toBe(7 * 86_400_000); // its sender set no end
    expect(Math.round(Number(row?.['waits']) / 60_000)).toBe(180);
    expect(planes.mails.at(-1)?.html).toBe('<p>Green</p>');
  });
});

describe('a mailbox that is named', () => {
  test.each([
    ['is for everything', 'Gate@example.org', 202],
    ["is another producer's", 'fly@example.org', 422],
    ['is not there', 'nobody@example.org', 422],
  ])('%s', async (_name, mailbox, status) => {
    const answer = await order({ mailbox });

    expect(answer.status).toBe(status);
    if (status === 422) expect(wrongOf(answer)).toEqual(['mailbox']);
  });
});

describe('who may', () => {
  test.each([
    ['nobody without a proof', null, 401, 'unknown_producer'],
    ['nobody with a wrong one', 'jet-bearer-0123456780', 401, 'unknown_producer'],
    ['no producer whose table does not say so', FLY_BEARER, 403, 'mail_not_allowed'],
  ] as const)('%s', async (...[, bearer, status, code]) => {
    const answer = await order({}, { bearer });

    expect([answer.status, json(answer)['code']]).toEqual([status, code]);
    expect(planes.store.query('SELECT id FROM deliveries')).toEqual([]);
  });

  test("another producer's mail is not there, and neither is what is no mail", async () => {
    const path = `${PATH}/${String(json(await order())['mail'])}`;

    const answers = [
      await get(path, FLY_BEARER),
      await get(`${PATH}/0123456789abcdefghjk`),
      await get(`${PATH}/..%2f..%2f`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(answers.map((answer) => json(answer)['code'])).toEqual(['unknown_mail', 'unknown_mail', 'unknown_mail']);
    expect((await get(path)).status).toBe(200);
  });

  test('a gate without mail says what to do', async () => {
    await reopenPlanes({});

    const answer = await order();

    expect([answer.status, json(answer)['code']]).toEqual([503, 'mail_not_configured']);
    expect(answer.text).toContain('SMTP_URL');
  });
});

describe('a gate whose mailboxes are for others', () => {
  test('refuses what fits none, and stores nothing', async () => {
    await reopenPlanes({ byMail: true, mailboxes: ['fly@example.org'] });

    const [any, named] = [await order(), await order({ mailbox: 'fly@example.org' })];

    expect([any.status, json(any)['code']]).toEqual([503, 'mail_not_configured']);
    expect([named.status, wrongOf(named)]).toEqual([422, ['mailbox']]);
    expect(planes.store.query('SELECT id FROM deliveries')).toEqual([]);
  });

  test('where there is none at all, a mailbox that is named is none', async () => {
    await reopenPlanes({ byMail: true, mailboxes: [] });

    expect((await order({ mailbox: 'gate@example.org' })).status).toBe(503);
  });
});

test('who ordered what for how many is in the audit trail once, and nothing of what it says or to whom it goes', async () => {
  const { mail } = json(await order());
  await order();

  const entries = planes.store.query(`SELECT who, what, site, address, detail FROM audit WHERE what = 'mail_ordered'`);

  const detail = JSON.stringify({ mail, recipients: 2, caller: 'jet' });
  expect(entries).toEqual([{ who: 'jet', what: 'mail_ordered', site: null, address: null, detail }]);
});

describe('limits', () => {
  test('all copies of a mail together have 5 MB, and a refusal says to how many it may go', async () => {
    const to = Array.from({ length: 50 }, (_, at) => `r${String(at)}@example.org`);
    const text = 'a'.repeat(60_000);

    const answer = await order({ to, text, html: text });

    expect([answer.status, wrongOf(answer)]).toEqual([400, ['to', 'text']]);
    expect(answer.text).toContain('must name at most 43');
    expect(planes.store.query('SELECT id FROM producer_mails')).toEqual([]);
    expect((await order({ to: to.slice(0, 43), text, html: text })).status).toBe(202);
  });

  test('recipients a minute are counted, and a refusal says when to come back', async () => {
    const to = Array.from({ length: 50 }, (_, at) => `r${String(at)}@example.org`);
    expect((await order({ to })).status).toBe(202);

    const answer = await order({ idempotency_key: 'second', to: to.slice(0, 11) });

    expect([answer.status, json(answer)['code']]).toEqual([429, 'mails_per_minute']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
    expect((await order({ idempotency_key: 'third', to: to.slice(0, 10) })).status).toBe(202);
  });

  test('a body of 1 MB is taken, and one byte more is not', async () => {
    const spare = 1_048_576 - Buffer.byteLength(JSON.stringify({ ...ORDER, text: '' }));

    const whole = await order({ text: 'a'.repeat(spare) });
    const more = await order({ text: 'a'.repeat(spare + 1) });

    expect([whole.status, more.status]).toEqual([202, 413]);
    expect(more.text).toContain('1,048,576');
  });
});

describe('what is wrong is named, all of it, and nothing is stored', () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'nothing',
      { to: undefined, subject: undefined, text: undefined, idempotency_key: undefined },
      ['to', 'subject', 'text', 'idempotency_key'],
    ],
    ['nobody', { to: [] }, ['to']],
    ['51 recipients', { to: Array.from({ length: 51 }, (_, at) => `r${String(at)}@example.org`) }, ['to']],
    ['a name beside an address', { to: ['Ada <ada@example.org>'] }, ['to.0']],
    ['two addresses in one', { to: ['ada@example.org, eve@evil.example'] }, ['to.0']],
    ['a header in an address', { to: ['ada@example.org\r\nBcc: eve@evil.example'] }, ['to.0']],
    ['a bare CR in an address', { to: ['ada@example.org\rRCPT TO:<eve@evil.example>'] }, ['to.0']],
    [
      'addresses in other scripts',
      { to: ['адa@example.org', 'ada@bücher.example', 'ada＠example.org'] },
      ['to.0', 'to.1', 'to.2'],
    ],
    ['a mailbox twice', { to: ['ada@example.org', 'grace@example.org', 'Ada@Example.org'] }, ['to.2']],
    ['a header in the subject', { subject: 'Green\r\nBcc: eve@evil.example' }, ['subject']],
    ['a bare CR, LF, or line separator in the subject', { subject: 'a\rb', html: 'x\u0000' }, ['subject', 'html']],
    ['a line separator in the subject', { subject: 'a\u2028b' }, ['subject']],
    ['a subject that turns around', { subject: 'invoice\u202efdp.exe' }, ['subject']],
    ['half a character', { subject: '\ud800', text: 'a\udfffb' }, ['subject', 'text']],
    ['a long subject', { subject: 'a'.repeat(256) }, ['subject']],
    ['NUL in the text', { text: 'a\u0000b' }, ['text']],
    ['fields that are none', { cc: ['eve@evil.example'], headers: {} }, ['cc', 'headers']],
    [
      'another kind of everything',
      { to: 'ada@example.org', subject: 1, text: null, html: [] },
      ['to', 'subject', 'text', 'html'],
    ],
    ['times that are none', { not_before: 'tomorrow', give_up_at: '2026-12-01' }, ['not_before', 'give_up_at']],
    ['a key with spaces', { idempotency_key: 'a key' }, ['idempotency_key']],
    ['a sender that is none', { mailbox: 'gate@example.org\nx' }, ['mailbox']],
    ['a site that is none', { site: 'nobody.example.net' }, ['site']],
  ])('%s', async (_name, change, fields) => {
    const answer = await order(change);

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(wrongOf(answer).sort()).toEqual([...fields].sort());
    expect(planes.store.query('SELECT id FROM deliveries')).toEqual([]);
    expect(planes.store.query('SELECT id FROM producer_mails')).toEqual([]);
  });

  test.each([
    ['that is over', -1, undefined, ['give_up_at']],
    ['before its beginning', 1, 2, ['give_up_at']],
    ['in more than a week', 169, undefined, ['give_up_at']],
    ['of a beginning in more than 30 days', 800, 721, ['not_before']],
  ] as const)('an end %s', async (...[, end, begin, fields]) => {
    const answer = await order({
      give_up_at: inHours(end),
      ...(begin === undefined ? {} : { not_before: inHours(begin) }),
    });

    expect([answer.status, wrongOf(answer)]).toEqual([400, fields]);
  });

  test('two keys that differ, and what is no JSON', async () => {
    const differ = await order({}, { key: 'another' });
    const noJson = await order({}, { body: '{"to":' });
    const list = await order({}, { body: '[]' });

    expect([differ.status, wrongOf(differ)]).toEqual([400, ['idempotency_key']]);
    expect([noJson.status, json(noJson)['code']]).toEqual([400, 'bad_json']);
    expect(list.status).toBe(400);
  });
});

function wrongOf(answer: Answer): string[] {
  return wrongFields(answer).map(String);
}
