/** Two mail servers and real processes: the second takes over what the first refuses as a server, and nothing that the first may have. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { emailEntry } from '../../bots/email/entry.js';
import type { ChannelName } from '../../src/approval/brand.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { parseGateKeys } from '../../src/config/gate-keys.js';
import type { Ledger } from '../../src/contract/ledger.js';
import type { MailScope } from '../../src/contract/mail-routing.js';
import { createMessages } from '../../src/delivery/messages.js';
import { openLedger } from '../../src/ledger/open.js';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { SECRET, type GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { withDeps } from '../fixtures/processes/with-deps.js';
import { SITES } from '../fixtures/sites/sites.js';
import { eventually } from '../fixtures/time/eventually.js';

const EMAIL = 'email' as ChannelName;
const CONTENT = { subject: 'Sign in', text: 'The words of the mail', html: '<p>The words of the mail</p>' };
const PATIENCE_MS = 20_000;

let servers: Readonly<Record<'first' | 'second' | 'third', FakeSmtp>>;
let fixture: Fixture;
let ledger: Ledger;

const provider = (name: string, port: number, more = ''): string =>
  `\n[mail.providers.${name}]\nkind = "smtp"\nhost = "127.0.0.1"\nport = ${String(port)}\n${more}`;
const mailbox = (name: string, priority: number, more = ''): string =>
  `\n[mail.mailboxes."${name}@example.org"]\nprovider = "${name}"\nname = "Gate"\npriority = ${String(priority)}\n${more}`;

function sites(second = servers.second): string {
  const reply = `[mail.providers.second.mail]\nreply_to = "answers@example.org"\nheaders = { X-Stage = "test" }\n`;
  return [
    SITES,
    provider('first', servers.first.port),
    provider('second', second.port, reply),
    mailbox('first', 1),
    mailbox('second', 2),
  ].join('');
}

beforeAll(async () => {
  const [first, second, third] = await Promise.all([startFakeSmtp(), startFakeSmtp(), startFakeSmtp()]);
  servers = { first, second, third };
  fixture = await openFixture('postgres', { processes: 0, sites: sites() });
  ledger = await openLedger(fixture.database, { log: silentLog });
}, 60_000);

afterAll(async () => {
  await ledger.close();
  await fixture.close();
  for (const server of Object.values(servers)) await server.close();
});

/** Without `SMTP_URL`: what is declared is enough. */
function start(): Promise<GateProcess> {
  const deps = withDeps({ courierLimits: { probeMs: { first: 3_000, longest: 3_000 } } });
  return fixture.startWith({ ...deps, environment: { SMTP_URL: '', MAIL_FROM: '' } });
}

async function queue(scope?: Partial<MailScope>): Promise<string> {
  const messages = createMessages({
    deliveries: ledger.deliveries,
    encryption: createEncryption(parseGateKeys(SECRET)),
    carrying: new Map([[EMAIL, { kinds: emailEntry.carries, checkAddress: emailEntry.checkAddress }]]),
    random: systemRandom(),
  });
  const answer = await messages.enqueue({
    kind: 'mail',
    channel: EMAIL,
    recipient: { kind: 'mailbox', address: 'newcomer@example.net' },
    about: null,
    payload: CONTENT,
    giveUpAfterMs: 600_000,
    idempotencyKey: systemRandom().id(),
    ...(scope === undefined ? {} : { scope }),
  });
  if (answer.kind === 'refused') throw new Error(answer.reason);
  return answer.deliveryId;
}

const sent = (id: string) =>
  eventually(
    `${id} is sent`,
    async () => {
      const found = await ledger.queue.find(id);
      return found?.state === 'sent' ? found : undefined;
    },
    PATIENCE_MS,
  );

const told = (gates: readonly GateProcess[], event: string): boolean =>
  gates.some(({ printed }) => printed.out.includes(`"auth_gate.${event}"`));

test('mails go by the first server, by the second while the first refuses us, and by none twice', async () => {
  const gates = await Promise.all([start(), start()]);

  const plain = await sent(await queue());
  expect(plain).toMatchObject({ provider: 'first', mailbox: 'first@example.org' });

  await servers.first.behave('reset_after_body');
  const unsure = await queue();
  await servers.first.arrival();
  await eventually('it waits', async () =>
    (await ledger.queue.find(unsure))?.state === 'retry_wait' ? true : undefined,
  );
  await servers.first.behave('sender_refused');
  const refused = await sent(await queue());

  expect(refused).toMatchObject({ provider: 'second', mailbox: 'second@example.org' });
  expect(refused.attemptEntries.map(({ provider: by, outcome }) => [by, outcome])).toEqual([
    ['second', 'sent'],
    ['first', 'paused'],
  ]);
  expect(told(gates, 'provider_paused')).toBe(true);
  expect(told(gates, 'channel_paused')).toBe(false);
  const [arrived] = servers.second.mails();
  expect(['reply-to', 'x-stage'].map((name) => arrived?.headers.get(name))).toEqual(['answers@example.org', 'test']);

  const skipping = await sent(await queue());
  expect(skipping.attemptEntries.map(({ provider: by }) => by)).toEqual(['second']);

  await eventually(
    'it is tried again, where it was, and that has ended: a server that changes cuts what runs',
    async () => {
      const entries = (await ledger.queue.find(unsure))?.attemptEntries ?? [];
      return entries.filter(({ outcome }) => outcome !== null).length > 1;
    },
    PATIENCE_MS,
  );
  await servers.first.behave('normal');
  const kept = await sent(unsure);
  expect(kept).toMatchObject({ provider: 'first', isMaybeDuplicate: false });
  expect(new Set(kept.attemptEntries.map(({ provider: by }) => by))).toEqual(new Set(['first']));
  expect(servers.second.mails().map(({ messageId }) => messageId)).not.toContain(`<${unsure}@first.example.org>`);
  await eventually('it works again', () => (told(gates, 'provider_resumed') ? true : undefined), PATIENCE_MS);
  await Promise.all(gates.map((gate) => gate.stop()));
}, 90_000);

test('a record that is changed while the gate runs holds for the next mail', async () => {
  const gate = await start();
  await servers.first.behave('sender_refused');
  await sent(await queue());
  const before = servers.second.calls();

  writeFileSync(join(gate.dataDir, 'sites.toml'), sites(servers.third));
  expect((await gate.cli('reload')).code).toBe(0);
  await eventually('the third server is used', async () => {
    await sent(await queue());
    return servers.third.calls() > 0 ? true : undefined;
  });

  expect(servers.third.mails()[0]?.headers.get('x-stage')).toBe('test');
  expect(before).toBeGreaterThan(0);
}, 60_000);
