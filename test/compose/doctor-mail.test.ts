/** What `gate doctor` says of mails that wait: of providers that refuse us or asked for patience, and of a mailbox that is not there. */
import { expect, test } from '@jest/globals';
import { mailChecks } from '../../src/compose/doctor/mail-checks.js';
import { doctor } from '../../src/compose/doctor/doctor.js';
import type { AttemptResult } from '../../src/contract/ledger.js';
import { claimMail, closed, refusedBy, retried, ways, type Ways } from '../contract/ledger/mail-routes.js';
import { message } from '../contract/ledger/message-inputs.js';
import type { Claim } from '../../src/contract/ledger.js';
import { EMAIL, examined, found, ledger, openExamined } from '../fixtures/processes/examined.js';
import { MAIL_SOURCES, operatorsMail } from '../fixtures/http/mail-records.js';

openExamined();

const EVA = { who: 'operator:eva', surface: 'cli' } as const;

async function said(name: string) {
  return (await doctor(examined())).filter((check) => check.name === name);
}

/** A mail goes out by the first of these, and ends so. */
async function attempted(by: Ways, ending: (claim: Claim) => AttemptResult): Promise<void> {
  await ledger.deliveries.enqueue(message({ channel: EMAIL }));
  await closed(ledger, ending(await claimMail(ledger, by, EMAIL)));
}

test('a provider that refuses us is named while it is there, with what becomes of its mails', async () => {
  const two = ways({ name: 'ops' }, { name: 'office' });
  await attempted(two, (claim) => refusedBy(claim));

  found.routes = two.routes;
  const [several] = await said('mail provider ops');
  found.routes = ways({ name: 'ops', throttle: { perMinute: 30, atOnce: 0 } }).routes;
  const [alone] = await said('mail provider ops');
  found.routes = ways({ name: 'ops' }).routes;
  const onlyWay = await said('mail provider ops');
  found.routes = ways({ name: 'office' }, { name: 'third' }).routes;

  expect(several).toMatchObject({
    isOk: false,
    detail: expect.stringMatching(/^refuses us .*smtp_535; .*by the others/),
  });
  expect(alone).toMatchObject({ isOk: false, detail: expect.stringContaining('its mails wait') });
  expect([onlyWay, await said('mail provider ops')]).toEqual([[], []]);
});

test('a provider that asked to be left alone is named for as long', async () => {
  const two = ways({ name: 'ops', isAlwaysOpen: false }, { name: 'office' });
  found.routes = two.routes;
  expect(await said('mail provider ops')).toEqual([]);

  await attempted(two, (claim) => retried(claim, { gateMs: 600_000 }));

  expect(await said('mail provider ops')).toMatchObject([
    { isOk: true, detail: expect.stringMatching(/^asked to be left alone until 20\d\d-/) },
  ]);
});

test('mails that fit no mailbox are counted by what they are of; one that is paused fits', async () => {
  for (const scope of [{ producer: 'jet' }, { producer: 'jet' }, { site: 'stg' }, { producer: 'fly' }])
    await ledger.deliveries.enqueue(message({ channel: EMAIL, scope }));
  found.routes = ways({ sites: ['stg'], isActive: false }, { producers: ['fly'] }).routes;

  const homeless = await said('mails without a mailbox');

  expect(homeless).toMatchObject([
    { isOk: false, detail: expect.stringMatching(/^2 wait since .*: of the producer jet$/) },
  ]);
  expect(homeless[0]?.cure).toContain('gate mail mailbox add');
});

test('a stored record that is passed over, and stored providers that nothing uses', async () => {
  const directory = () => examined().directory();
  const before = operatorsMail(ledger, directory);
  const smtp = { kind: 'smtp', host: 'mail.example.org' };
  for (const name of ['office', 'relay']) await before.addProvider({ ...smtp, name }, EVA);
  await before.addMailbox({ address: 'office@example.org', provider: 'office' }, EVA);

  const checks = await mailChecks(operatorsMail(ledger, directory, { sources: MAIL_SOURCES }), false);

  const passedOver = { isOk: true, detail: expect.stringContaining('passed over, because the one in sites.toml') };
  expect(checks).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'mail provider office', ...passedOver }),
      expect.objectContaining({ name: 'mail mailbox office@example.org', ...passedOver }),
      expect.objectContaining({
        name: 'stored mail providers',
        cure: expect.stringContaining('MAIL_PROVIDERS=stored'),
      }),
    ]),
  );
  expect(checks.filter(({ detail }) => detail.includes('passed over'))).toHaveLength(2);
});
