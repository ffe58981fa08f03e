/** Mails go out by providers that are stored alone: added, used and exchanged while the gate runs; and what is said where nothing uses them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startFakeSmtp, type FakeSmtp } from '../fakes/smtp.js';
import { startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { ADA, JET_TOKEN, SITES } from '../fixtures/sites/sites.js';
import { eventually } from '../fixtures/time/eventually.js';

const MAILING = SITES.replace('[producers.jet]', '[producers.jet]\nmail = true');
const PATIENCE_MS = 20_000;
const NOWHERE = { SMTP_URL: '', MAIL_FROM: '' };

let fixture: Fixture;
let servers: readonly [FakeSmtp, FakeSmtp];

beforeAll(async () => {
  servers = [await startFakeSmtp(), await startFakeSmtp()];
  fixture = await openFixture('sqlite', { processes: 0, sites: MAILING });
}, 60_000);

afterAll(async () => {
  await fixture.close();
  for (const server of servers) await server.close();
});

async function order({ publicUrl }: GateProcess, key: string) {
  const body = { to: [ADA], subject: key, text: 'All tests passed.', idempotency_key: key };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${JET_TOKEN}` };
  const answer = await fetch(`${publicUrl}/api/v1/mails`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, ...((await answer.json()) as { readonly code?: string }) };
}

async function run(gate: GateProcess, ...words: readonly string[]): Promise<void> {
  const { code, err } = await gate.cli(...words);
  expect([code, err]).toEqual([0, '']);
}

const arrives = (server: FakeSmtp, subject: string) =>
  eventually(
    `${subject} arrives`,
    () => (server.mails().some((mail) => mail.subject === subject) ? true : undefined),
    PATIENCE_MS,
  );

test('a provider that is added while the gate runs is used by the next mail, and so is the one after it', async () => {
  const gate = await fixture.startWith({ environment: { ...NOWHERE, MAIL_PROVIDERS: 'stored' } });
  const at = ({ port }: FakeSmtp) => ['--host', '127.0.0.1', '--port', String(port)];

  expect(await order(gate, 'too-early')).toMatchObject({ status: 503, code: 'mail_not_configured' });
  expect((await gate.cli('doctor')).out).toContain('there is no mail provider');

  await run(gate, 'mail', 'provider', 'add', 'relay', '--kind', 'smtp', ...at(servers[0]));
  expect((await order(gate, 'no-mailbox')).status).toBe(503);
  await run(gate, 'mail', 'mailbox', 'add', 'gate@example.org', '--provider', 'relay');
  expect((await order(gate, 'first')).status).toBe(202);
  await arrives(servers[0], 'first');

  await run(gate, 'mail', 'provider', 'update', 'relay', ...at(servers[1]));
  expect((await order(gate, 'second')).status).toBe(202);
  await arrives(servers[1], 'second');
  expect(servers[0].mails()).toHaveLength(1);

  await gate.stop();
  const unused = await startGate({
    sites: MAILING.replaceAll('"talk", "email"', '"talk"'),
    dataDir: gate.dataDir,
    environment: { ...fixture.peers.environment, ...NOWHERE },
  });
  try {
    expect(unused.printed.out + unused.printed.err).toContain('MAIL_PROVIDERS=stored');
    expect((await unused.cli('doctor')).out).toContain('FAIL  stored mail providers');
    expect((await order(unused, 'unused')).status).toBe(503);
  } finally {
    await unused.stop();
  }
}, 90_000);
