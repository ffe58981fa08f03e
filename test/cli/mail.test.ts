/** `gate mail …` against a real admin plane and a real mail server: set up, tried, changed and removed; and no secret is ever printed. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mailProbe } from '../../bots/email/probe.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { MailProbe } from '../../src/contract/operators-mail.js';
import { createMailRecords } from '../../src/mail/records/mail-records.js';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { folderOf } from '../fixtures/http/admin-plane.js';
import { MAIL_RING, MAIL_SOURCES } from '../fixtures/http/mail-records.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';
import { ADMIN_TOKEN } from '../fixtures/http/planes.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { run, type Ran } from '../fixtures/processes/run-cli.js';

const CLOCK = systemClock();
const log = keptLog();
let smtp: FakeSmtp;
let folder: string;
const printed: Ran[] = [];

openPlanes(() => ({ mail: { sources: MAIL_SOURCES, probe: { test: (...given) => probe().test(...given) } } }));

beforeEach(async () => {
  smtp = await startFakeSmtp();
  folder = folderOf('.gate', { port: Number(new URL(planes.adminUrl).port), token: ADMIN_TOKEN });
  printed.length = 0;
});

afterEach(async () => {
  await smtp.close();
  rmSync(folder, { recursive: true });
});

/** As the channel opens it. */
function probe(): MailProbe {
  const ledger = planes.store.ledger;
  const records = createMailRecords({ ledger, ring: MAIL_RING, sources: () => MAIL_SOURCES, clock: CLOCK, log });
  return mailProbe({ records, ownName: 'gate.example.org', clock: CLOCK, random: systemRandom(), log });
}

/** `words` of a line, as a shell parts them where there are no quotes. */
async function gate(line: string, input?: string): Promise<Ran> {
  const ran = await run(
    { folder, columns: 200, ...(input === undefined ? {} : { input }) },
    'mail',
    ...line.split(' '),
  );
  printed.push(ran);
  return ran;
}

async function withRelay(): Promise<void> {
  const { code, err } = await gate(
    `provider add relay --kind smtp --host 127.0.0.1 --port ${String(smtp.port)} --user ${smtp.user}`,
  );
  expect([code, err]).toEqual([0, '']);
}

test('a provider is set up, tried with a wrong and then with the right secret, and a real mail arrives', async () => {
  await smtp.behave('bad_credentials');
  await withRelay();
  const without = await gate('provider test relay');
  await gate('secret add relay smtp.password', 'wrong-one\n');
  const wrong = await gate('secret test relay');
  await smtp.behave('normal');
  writeFileSync(join(folder, 'password.txt'), `${smtp.password}\n`);
  const put = await gate('secret add relay smtp.password --file password.txt');
  const signedIn = await gate('provider test relay');
  const noMailbox = await gate('provider test relay --to ada@example.org');
  await gate('mailbox add gate@example.org --provider relay --name Koder');
  const sent = await gate('mailbox test gate@example.org --to ada@example.org');

  expect(without).toMatchObject({ code: 1, err: expect.stringContaining('smtp.password is missing') });
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('smtp_535') });
  expect(put).toMatchObject({ code: 0, out: expect.stringMatching(/^Put: relay smtp\.password\n.*\nVersion: 2\n/s) });
  expect(signedIn).toMatchObject({ code: 0, out: expect.stringContaining('lets us in') });
  expect(noMailbox).toMatchObject({ code: 1, err: expect.stringContaining('gate mail mailbox add') });
  expect(sent).toMatchObject({
    code: 0,
    out: expect.stringContaining('relay, mail to ada@example.org: the server took the mail'),
  });
  expect(smtp.mails()).toMatchObject([{ to: ['ada@example.org'], subject: 'A test mail of Koder Gate' }]);
  const said = JSON.stringify([printed, await planes.store.ledger.audit.recent(50)]);
  expect([said.includes(smtp.password), said.includes('wrong-one')]).toEqual([false, false]);
  const tests = (await planes.store.ledger.audit.recent(50)).filter(({ what }) => what === 'mail_tested');
  expect(tests[0]).toMatchObject({ who: 'operator:ada', detail: { mailbox: 'gate@example.org', isOk: true } });
});

test('records are listed, shown, changed, paused and removed', async () => {
  await withRelay();
  await gate('mailbox add gate@example.org --provider relay --producer nobody');
  await gate('mailbox add gate@example.org --provider relay --priority 5');
  const policy = await gate(
    'provider update relay --set throttle.per_minute=20 --set mail.reply_to=ops@example.org --json',
  );
  const cleared = await gate('provider update relay --set throttle.per_minute=default --json');
  await gate('secret add relay smtp.password', 'hunter2');
  const lists = [
    await gate('provider list'),
    await gate('mailbox list'),
    await gate('secret list'),
    await gate('secret show relay'),
  ];
  const used = await gate('provider remove relay');
  const paused = [
    await gate('provider pause relay --reason broken'),
    await gate('mailbox pause gate@example.org --reason moving'),
  ];
  const gone = [
    ...[await gate('secret remove relay smtp.password'), await gate('mailbox remove gate@example.org')],
    ...[await gate('provider resume relay'), await gate('provider remove relay')],
  ];

  expect(printed[1]).toMatchObject({
    code: 1,
    err: expect.stringContaining('producers has a producer that sites.toml does not have'),
  });
  expect(JSON.parse(policy.out)).toMatchObject({
    policy: { throttle: { per_minute: 20 }, mail: { reply_to: 'ops@example.org' } },
  });
  expect(JSON.parse(cleared.out)).toMatchObject({ policy: { mail: { reply_to: 'ops@example.org' } }, version: 3 });
  const [providers, mailboxes, secrets, ofRelay] = lists.map(({ out }) => out);
  expect(providers).toMatch(/\nrelay +smtp +127\.0\.0\.1:\d+ +active +stored +smtp\.password\n/);
  expect(providers).toMatch(/\noffice +smtp +mail\.example\.org:587 +active +declared /);
  expect(mailboxes).toMatch(/\ngate@example\.org +relay +everything +5 +active +stored\n/);
  expect(secrets).toMatch(/\nrelay +smtp\.password +stored +1 +[0-9a-f]{8} +0m +yes\n/);
  expect(ofRelay).not.toContain('office');
  expect(used).toMatchObject({ code: 1, err: expect.stringContaining('It is used by gate@example.org') });
  expect(paused.map(({ out }) => out)).toEqual([
    expect.stringMatching(/paused: broken/),
    expect.stringMatching(/paused: moving/),
  ]);
  expect(gone.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(JSON.stringify(printed)).not.toContain('hunter2');
});

test.each([
  ['secret add relay smtp.password', 'the standard input is empty'],
  ['secret add relay smtp.password --file nowhere.txt', 'nowhere.txt cannot be read (ENOENT)'],
  ['secret add relay smtp.password hunter2', 'too many arguments'],
  ['provider add relay', "required option '--kind <kind>' not specified"],
  ['provider update relay --set per_minute=20', 'Write it like throttle.per_minute=20.'],
  ['provider pause relay', "required option '--reason <words>' not specified"],
])('gate mail %s is refused before the gate is asked', async (line, why) => {
  expect(await gate(line)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(why) });
});
