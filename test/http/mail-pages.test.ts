/** The page of mail records in a browser: what it shows, whose forms change it, and that no secret is ever in a page. */
import { beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/time/clock.js';
import type { MailProbe } from '../../src/contract/operators-mail.js';
import { createMailRecords } from '../../src/mail/records/mail-records.js';
import { signedInAtAdmin, type AdminBrowser } from '../fixtures/http/admin-browser.js';
import { BEARER, get, post } from '../fixtures/http/admin-calls.js';
import { MAIL_RING, MAIL_SOURCES } from '../fixtures/http/mail-records.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { ADA, HOST, OPERATOR } from '../fixtures/http/planes.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { fieldsOf, textOf } from '../fixtures/http/visitor-client.js';

const RELAY = '/mail/providers/relay';
const BOX = '/mail/mailboxes/gate%40example.org';
const PUT = `${RELAY}/secret`;

const asked: Parameters<MailProbe['test']>[0][] = [];
openPlanes(() => ({
  mail: {
    sources: MAIL_SOURCES,
    probe: {
      test: (of) => {
        asked.push(of);
        return Promise.resolve({ isOk: false, detail: 'refused (provider): smtp_535', cure: 'Put the right secret.' });
      },
    },
  },
}));

let operator: AdminBrowser;
beforeEach(async () => {
  asked.length = 0;
  const by = { operator: 'eva' };
  await post('/api/mail/providers', { ...by, name: 'relay', kind: 'smtp', host: 'mx.example.org', user: '<gate>' });
  await post('/api/mail/mailboxes', { ...by, address: 'gate@example.org', provider: 'relay' });
  operator = await signedInAtAdmin(planes, OPERATOR);
});

async function sent(path: string, action: string, fields: Readonly<Record<string, string>> = {}) {
  const page = await operator.visit(path);
  return operator.send(action, { ...fieldsOf(page.text, action), ...fields });
}

async function acts(): Promise<readonly string[]> {
  const rows = await planes.store.ledger.audit.recent(50);
  return rows.filter(({ who }) => who === `operator:${OPERATOR}`).map(({ what, surface }) => `${what} ${surface}`);
}

async function said(path: string): Promise<string> {
  return textOf((await operator.visit(path)).text);
}

test('the page has providers and mailboxes of all origins, and what each lacks', async () => {
  const page = await said('/mail');

  expect(page).toMatch(/relay\s*smtp\s*mx\.example\.org:587\s*active\s*the database\s*no smtp\.password/);
  expect(page).toMatch(/office\s*smtp\s*mail\.example\.org:587\s*active\s*sites\.toml\s*smtp\.password, given there/);
  expect(page).toMatch(/gate@example\.org\s*relay\s*everything\s*100\s*active/);
  expect(await said('/mail/providers/office')).not.toMatch(/Change it|Put a new secret/);
  expect((await operator.visit('/mail/providers/nowhere')).status).toBe(404);
  expect((await operator.visit(RELAY)).text).toContain('&lt;gate&gt;');
});

test('a provider and a mailbox are paused with a reason and resumed, each by its own form', async () => {
  const empty = await sent(RELAY, `${RELAY}/pause`, { reason: '' });
  const paused = [
    ...[
      await sent(RELAY, `${RELAY}/pause`, { reason: 'wrong password' }),
      await sent(BOX, `${BOX}/pause`, { reason: 'moving' }),
    ],
  ];
  const shown = [await said(RELAY), await said(BOX)];
  const resumed = [await sent(RELAY, `${RELAY}/resume`), await sent(BOX, `${BOX}/resume`)];

  expect([empty.status, ...[...paused, ...resumed].map(({ status }) => status)]).toEqual([400, 200, 200, 200, 200]);
  expect(textOf(empty.text)).toContain('reason must be one line');
  expect(shown).toEqual([expect.stringContaining('paused: wrong password'), expect.stringContaining('paused: moving')]);
  expect((await acts()).filter((what) => what.startsWith('mail')).reverse()).toEqual([
    ...[
      'mail_provider_paused admin_page',
      'mailbox_paused admin_page',
      'mail_provider_resumed admin_page',
      'mailbox_resumed admin_page',
    ],
  ]);
});

test('a secret is put by a form, used from then on, and is in no page', async () => {
  const put = await sent(RELAY, PUT, { secret: 'hunter2' });
  const again = await sent(RELAY, PUT, { secret: 'hunter3' });
  const wrong = await sent(RELAY, PUT, { secret: 'hunter4\tx' });

  expect([put.status, again.status, wrong.status]).toEqual([200, 200, 400]);
  expect(textOf(again.text)).toContain('smtp.password is version 2 now');
  const pages = [put, again, wrong, ...(await Promise.all(['/mail', RELAY].map((path) => operator.visit(path))))];
  expect(pages.map(({ text }) => text).join('')).not.toMatch(/hunter/);
  expect(textOf(pages[4]?.text ?? '')).toMatch(/smtp\.password\s*2\s*[^]*old[^]*[0-9a-f]{8}\s*yes/);
});

test('a password is put as it was typed, with its spaces', async () => {
  const spaces = ' hunter2 ';

  expect((await sent(RELAY, PUT, { secret: spaces })).status).toBe(200);

  const of = { ledger: planes.store.ledger, ring: MAIL_RING, sources: () => [], clock: systemClock(), log: silentLog };
  expect((await createMailRecords(of).secret('relay', 'smtp.password'))?.revealText()).toBe(spaces);
});

test('a secret is put by nobody who has not proven themselves just now', async () => {
  const fields = fieldsOf((await operator.visit(RELAY)).text, PUT);
  planes.advance(301_000);

  const late = await operator.send(PUT, { ...fields, secret: 'hunter2' });

  expect([late.status, textOf(late.text)]).toEqual([403, expect.stringContaining('prove again that it is you')]);
  expect((await operator.visit(RELAY)).text).not.toContain(`action="${PUT}"`);
  expect((await get('/api/mail/secrets')).text).not.toContain('relay');
});

test('records are made, changed and removed by forms that have what there is in them', async () => {
  const made = await sent('/mail/new/smtp', '/mail/providers', {
    name: 'second',
    host: 'mx2.example.org',
    port: '2525',
  });
  const graph = { name: 'office2', tenant: 'contoso.com', client_id: 'app' };
  const others = [
    await sent('/mail/new/graph', '/mail/providers', graph),
    await sent('/mail/new/mailbox', '/mail/mailboxes', {
      address: 'b@example.org',
      provider: 'second',
      sites: `${HOST}, `,
    }),
    await sent(RELAY, `${RELAY}/update`, { host: 'mx3.example.org', user: '', port: '587' }),
    await sent(BOX, `${BOX}/update`, { provider: 'second', priority: '7' }),
  ];
  const wrong = await sent('/mail/new/smtp', '/mail/providers', { name: 'Third', host: '', port: 'x' });
  const removed = [await sent(RELAY, `${RELAY}/remove`), await sent(BOX, `${BOX}/remove`)];

  expect([made, ...others, ...removed].map(({ status }) => status)).toEqual(Array(7).fill(200));
  expect([wrong.status, textOf(wrong.text)]).toEqual([
    400,
    expect.stringMatching(/name must be[^]*host must be[^]*port must be/),
  ]);
  const { providers, mailboxes } = await planes.store.ledger.mail.records();
  expect(providers).toMatchObject([
    { name: 'office2', endpoint: { tenant: 'contoso.com', apiUrl: 'https://graph.microsoft.com/v1.0' } },
    { name: 'second', endpoint: { host: 'mx2.example.org', port: 2525, user: null } },
  ]);
  expect(mailboxes).toMatchObject([{ address: 'b@example.org', provider: 'second', sites: [HOST], priority: 100 }]);
  const changed = (await planes.store.ledger.audit.recent(50)).find(({ what }) => what === 'mail_provider_changed');
  expect(JSON.parse(String(changed?.detail['after']))).toMatchObject({ host: 'mx3.example.org', user: null });
});

test('a form that was drawn before somebody else changed the record, or long after a proof, changes nothing', async () => {
  const action = `${RELAY}/update`;
  const fields = fieldsOf((await operator.visit(RELAY)).text, action);
  await post('/api/mail/providers/relay', { operator: 'eva', host: 'mx4.example.org' });

  const late = await operator.send(action, { ...fields, host: 'evil.example' });
  planes.advance(301_000);
  const unproven = await operator.send(action, { ...fields, version: '2', host: 'evil.example' });

  expect([late.status, textOf(late.text)]).toEqual([
    409,
    expect.stringContaining('Somebody else changed it meanwhile'),
  ]);
  expect([unproven.status, textOf(unproven.text)]).toEqual([403, expect.stringContaining('prove again')]);
  expect((await operator.visit('/mail/new/smtp')).text).not.toContain('action="/mail/providers"');
  expect((await planes.store.ledger.mail.records()).providers).toMatchObject([
    { endpoint: { host: 'mx4.example.org' } },
  ]);
});

test('a try says what the server answered and what to do, and names whom the mail is for', async () => {
  const tried = await sent(BOX, `${BOX}/test`, { to: 'ada@example.org' });
  const signIn = await sent(RELAY, `${RELAY}/test`, { to: '' });
  const bad = await sent(RELAY, `${RELAY}/test`, { to: 'nobody' });

  expect(textOf(tried.text)).toMatch(/It does not work[^]*ada@example\.org[^]*smtp_535[^]*Put the right secret\./);
  expect(textOf(signIn.text)).toContain('a sign-in alone');
  expect([bad.status, textOf(bad.text)]).toEqual([400, expect.stringContaining('to is not a mail address')]);
  expect(asked).toMatchObject([{ to: 'ada@example.org', mailbox: { address: 'gate@example.org' } }, { to: null }]);
});

test('a form of another record, of nobody or of another origin does nothing, and approvers have none of it', async () => {
  const { csrf = '' } = fieldsOf((await operator.visit(RELAY)).text, `${RELAY}/pause`);
  const forms = [
    await operator.send(`${BOX}/pause`, { csrf, reason: 'x' }),
    await operator.send(`${RELAY}/resume`, { csrf }),
    await operator.send(PUT, { csrf, purpose: 'smtp.password', secret: 'hunter2' }),
    await operator.send(`${RELAY}/pause`, { reason: 'x' }),
    await operator.send(`${RELAY}/pause`, { csrf, reason: 'x' }, { origin: 'https://evil.example' }),
  ];
  const ada = await signedInAtAdmin(planes, ADA);

  expect(forms.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  expect((await ada.visit('/mail')).status).toBe(403);
  expect((await ada.visit('/')).text).not.toContain('href="/mail"');
  expect((await get(RELAY, { ...BEARER, accept: 'text/html' })).text).not.toContain('csrf');
  expect((await acts()).filter((what) => what.startsWith('mail'))).toEqual([]);
});
