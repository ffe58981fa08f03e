/** What operators see of a provider that refuses us and of what is paused, and how they end both, whatever the record's origin is. */
import { expect, test } from '@jest/globals';
import type { Claim } from '../../src/contract/ledger.js';
import { paused } from '../contract/ledger/inputs.js';
import { entry } from '../contract/ledger/mail-inputs.js';
import { closed, mails, mailsBy, refusedBy, ways } from '../contract/ledger/mail-routes.js';
import { signedInAtAdmin } from '../fixtures/http/admin-browser.js';
import { get, post } from '../fixtures/http/admin-calls.js';
import { MAIL_SOURCES } from '../fixtures/http/mail-records.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { OPERATOR } from '../fixtures/http/planes.js';
import { fieldsOf, textOf } from '../fixtures/http/visitor-client.js';

openPlanes(() => ({ mail: { sources: MAIL_SOURCES } }));

const OFFICE = '/mail/providers/office';
const BOX = '/mail/mailboxes/env%40example.org';

async function claimed(two: ReturnType<typeof ways>): Promise<Claim> {
  const { ledger } = planes.store;
  const { channel } = await mails(ledger, 1);
  const [claim] = await ledger.deliveries.claim(mailsBy(two.routes, channel));
  if (claim === undefined) throw new Error('nothing was claimed');
  return claim;
}

test('the overview and /mail say that a provider refuses us, since when and why, and it is resumed there', async () => {
  await closed(planes.store.ledger, refusedBy(await claimed(ways({ name: 'office' }, {}))));
  const operator = await signedInAtAdmin(planes, OPERATOR);

  const overview = (await operator.visit('/')).text;
  const list = textOf((await operator.visit('/mail')).text);
  const page = (await operator.visit(OFFICE)).text;
  const resumed = await operator.send(`${OFFICE}/resume`, fieldsOf(page, `${OFFICE}/resume`));

  expect(textOf(overview)).toMatch(/mail provider\s*office\s*refuses us\s*since[^]*smtp_535/);
  expect(overview).toContain(`href="${OFFICE}"`);
  expect(list).toMatch(/office[^]*refuses us\s*since[^]*smtp_535/);
  expect(textOf(page)).toMatch(/It refuses us with\s*smtp_535/);
  expect(resumed.status).toBe(200);
  expect(textOf((await operator.visit('/')).text)).not.toContain('refuses us');
  expect(textOf((await operator.visit('/mail')).text)).not.toContain('refuses us');
});

test('where it is the only provider, the channel stands still: the overview says why, and leads to the provider', async () => {
  await closed(planes.store.ledger, paused(await claimed(ways({ name: 'env' })), 60_000));
  const operator = await signedInAtAdmin(planes, OPERATOR);

  const overview = (await operator.visit('/')).text;

  expect(textOf(overview)).toMatch(/its provider refuses us[^]*http_401[^]*tried again by itself/);
  expect(overview).toContain('href="/mail/providers/env"');
  const line: unknown = JSON.parse((await get('/api/mail/providers/env')).text);
  expect(line).toMatchObject({ refusal: { reason: 'http_401', since: expect.any(String) } });
});

test('a channel that an operator paused is told with who did and how to go on, and not as if it went on by itself', async () => {
  const act = { ...entry('operator:grace'), what: 'channel_paused' };
  const { channel } = await mails(planes.store.ledger, 1);
  await planes.store.ledger.deliveries.pauseByHand({ transport: channel, reason: 'new secret' }, act);
  const operator = await signedInAtAdmin(planes, OPERATOR);

  const overview = (await operator.visit('/')).text;

  expect(textOf(overview)).toMatch(/was paused by\s*operator:grace\s*since[^]*new secret/);
  expect(overview).toContain(`gate queue resume ${channel}`);
  expect(overview).toContain('href="/queue/channels"');
  expect(textOf(overview)).not.toContain('tried again by itself');
});

test('what the environment and sites.toml have is paused and resumed on its page and over the API', async () => {
  const operator = await signedInAtAdmin(planes, OPERATOR);
  const sent = async (path: string, act: string, fields = {}) =>
    operator.send(`${path}/${act}`, { ...fieldsOf((await operator.visit(path)).text, `${path}/${act}`), ...fields });

  const onPage = [await sent(OFFICE, 'pause', { reason: 'moving' }), await sent(BOX, 'pause', { reason: 'full' })];
  const shown = textOf((await operator.visit('/mail')).text);
  const by = { operator: 'eva' };
  const overApi = [
    await post('/api/mail/providers/office/resume', by),
    await post('/api/mail/mailboxes/env@example.org/resume', by),
    await post('/api/mail/providers/office/resume', by),
    await post('/api/mail/providers/office/pause', { ...by, reason: '' }),
  ];

  expect(onPage.map(({ status }) => status)).toEqual([200, 200]);
  expect(shown).toMatch(/paused: moving[^]*paused: full/);
  expect(overApi.map(({ status }) => status)).toEqual([200, 200, 409, 400]);
  expect(JSON.parse(overApi[0]?.text ?? '')).toMatchObject({ name: 'office', state: 'active', origin: 'declared' });
});
