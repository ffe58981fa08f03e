/** Messages without a request, with real processes and a real mail server: sent once, by their schedule, given up in time, erased. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emailEntry } from '../../bots/email/entry.js';
import type { ChannelName } from '../../src/approval/brand.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { parseGateKeys } from '../../src/config/gate-keys.js';
import type { Messages, NewMessage } from '../../src/contract/message.js';
import { createMessages } from '../../src/delivery/messages.js';
import { openLedger } from '../../src/ledger/open.js';
import { ledgerPlace } from '../../src/ledger/place.js';
import { runBeside } from '../fixtures/databases/beside.js';
import { databaseKinds, type DatabasePlace } from '../fixtures/databases/databases.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { removeData, SECRET, type GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { withDeps } from '../fixtures/processes/with-deps.js';
import { eventually } from '../fixtures/time/eventually.js';
import type { SmtpBehaviour } from '../fakes/smtp.js';

const EMAIL = 'email' as ChannelName;
const STRANGER = 'newcomer@example.net';
const CONTENT = { subject: 'Sign in', text: 'The words of the mail', html: '<p>The words of the mail</p>' };
/** Of a courier that is killed: soon over. */
const LEASE_MS = 1_000;
const AFTER_A_RETRY_MS = 20_000;
const FIRST_WAIT_MS = 5_000;

let fixture: Fixture;
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gate-messages-'));
});

afterEach(async () => {
  await fixture.close();
  removeData(dataDir);
});

function mail(change: Partial<NewMessage> = {}): NewMessage {
  return {
    kind: 'mail',
    channel: EMAIL,
    recipient: { kind: 'mailbox', address: STRANGER },
    about: null,
    payload: CONTENT,
    giveUpAfterMs: 600_000,
    idempotencyKey: systemRandom().id(),
    ...change,
  };
}

/** Of every process that this file starts, one after another. */
function place(): DatabasePlace {
  return fixture.database.kind === 'postgres' ? fixture.database : ledgerPlace({ dataDir, databaseUrl: null }, null);
}

/** The product's own port on the gates' database; on SQLite while none of them runs. */
async function atLedger<T>(work: (messages: Messages) => Promise<T>): Promise<T> {
  const ledger = await openLedger(place(), { log: silentLog });
  const messages = createMessages({
    deliveries: ledger.deliveries,
    encryption: createEncryption(parseGateKeys(SECRET)),
    carrying: new Map([[EMAIL, { kinds: emailEntry.carries, checkAddress: emailEntry.checkAddress }]]),
    random: systemRandom(),
  });
  try {
    return await work(messages);
  } finally {
    await ledger.close();
  }
}

async function queue(message: NewMessage): Promise<string> {
  const answer = await atLedger((messages) => messages.enqueue(message));
  if (answer.kind !== 'queued') throw new Error(`it is ${answer.kind}`);
  return answer.deliveryId;
}

function start(): Promise<GateProcess> {
  const limits = withDeps({ courierLimits: { leaseMs: LEASE_MS, giveUpEveryMs: 500 } });
  return fixture.startWith({ ...limits, environment: { DATA_DIR: dataDir } });
}

type Told = Readonly<Record<string, unknown>>;

function told(gate: GateProcess, event: string): readonly Told[] {
  const lines = gate.printed.out.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Told).filter((line) => line['event'] === `auth_gate.${event}`);
}

function onceTold(gate: GateProcess, event: string): Promise<Told> {
  return eventually(event, () => told(gate, event)[0], AFTER_A_RETRY_MS);
}

interface Attempted {
  readonly outcome: string;
  readonly started_at: number | string;
}

/** The message and its attempts as they lie in the database once the gate has stopped. */
async function left(gate: GateProcess, id: string): Promise<{ row: unknown; attempts: readonly Attempted[] }> {
  await gate.stop();
  const where = { where: place(), remove: () => Promise.resolve() };
  const [row] = await runBeside(where, `SELECT state, due_at, sealed_payload FROM deliveries WHERE id = '${id}'`);
  const text = `SELECT outcome, started_at FROM attempts WHERE delivery_id = '${id}' ORDER BY id`;
  return { row, attempts: (await runBeside(where, text)) as readonly Attempted[] };
}

function outcomes(attempts: readonly Attempted[]): readonly string[] {
  return attempts.map(({ outcome }) => outcome);
}

const SENT = { state: 'sent', due_at: null, sealed_payload: null };
const FAILED = { state: 'failed', due_at: null, sealed_payload: null };

/** `arrived`: how many times the whole mail reached the server, the killed process's included. */
const KILLS: readonly { when: string; behaviour: SmtpBehaviour; arrived: number }[] = [
  { when: 'before the mail began to leave', behaviour: 'hang_before_body', arrived: 1 },
  { when: 'when its body had gone and no answer came', behaviour: 'hang', arrived: 2 },
];

const HANGS_UP = 'keeps the mail and hangs up';
const RETRIES: readonly { what: string; behaviour: SmtpBehaviour; error: string; isMaybeDuplicate: boolean }[] = [
  { what: 'is busy', behaviour: 'busy', error: 'smtp_451', isMaybeDuplicate: false },
  { what: HANGS_UP, behaviour: 'reset_after_body', error: 'connection_reset', isMaybeDuplicate: true },
];

interface End {
  readonly why: string;
  readonly behaviour: SmtpBehaviour;
  readonly change: Partial<NewMessage>;
  readonly reason: string;
  readonly calls: number;
  readonly state?: 'bounced';
}

/** A report's first wait is a minute. */
const BRIEF_REPORT = { kind: 'report', giveUpAfterMs: 50_000 } as const;
const LATE = { giveUpAfterMs: 1 };
const ENDS: readonly End[] = [
  { why: 'it is refused', behaviour: 'unknown_recipient', change: {}, reason: 'smtp_550', calls: 1, state: 'bounced' },
  { why: 'its end comes before its retry', behaviour: 'busy', change: BRIEF_REPORT, reason: 'smtp_451', calls: 1 },
  { why: 'its end came while nobody ran', behaviour: 'normal', change: LATE, reason: 'too_late', calls: 0 },
];

describe.each(databaseKinds)('on %s', (kind) => {
  beforeEach(async () => {
    fixture = await openFixture(kind, { processes: 0 });
  });

  test('a mail to somebody whom no site knows arrives once, however often its key is given, and is erased', async () => {
    const message = mail();
    const id = await queue(message);
    const again = await atLedger((messages) =>
      messages.enqueue({ ...message, payload: { ...CONTENT, text: 'other' } }),
    );

    const gate = await start();
    const sent = await onceTold(gate, 'message_sent');

    expect(again).toEqual({ kind: 'known', deliveryId: id });
    expect(sent).toMatchObject({ channel: 'email', kind: 'mail', delivery: id, isMaybeDuplicate: false });
    expect(await left(gate, id)).toMatchObject({ row: SENT, attempts: [{ outcome: 'sent' }] });
    expect(fixture.peers.smtp.calls()).toBe(1);
    const [arrived] = fixture.peers.smtp.mails();
    expect(arrived).toMatchObject({ messageId: `<${id}@example.org>`, to: [STRANGER], subject: CONTENT.subject });
    expect(arrived?.words).toContain(CONTENT.text);
    expect(gate.printed.out + gate.printed.err).not.toContain(STRANGER);
  }, 60_000);

  test.each(KILLS)(
    'killed $when: the next process finishes it, and says that it may be there twice',
    async (kill) => {
      const id = await queue(mail());
      await fixture.peers.smtp.behave(kill.behaviour);
      const first = await start();
      await fixture.peers.smtp.arrival();

      await first.kill();
      await fixture.peers.smtp.behave('normal');
      const second = await start();
      const sent = await onceTold(second, 'message_sent');

      expect(sent).toMatchObject({ delivery: id, isMaybeDuplicate: true });
      const { row, attempts } = await left(second, id);
      expect(row).toMatchObject(SENT);
      expect(outcomes(attempts)).toEqual(['abandoned', 'sent']);
      expect(fixture.peers.smtp.mails()).toHaveLength(1);
      expect(fixture.peers.smtp.calls()).toBe(kill.arrived);
    },
    60_000,
  );

  test.each(RETRIES)(
    'a server that $what gets it again after the first wait of a mail',
    async (retry) => {
      const id = await queue(mail());
      await fixture.peers.smtp.behave(retry.behaviour);
      const gate = await start();
      const failed = await onceTold(gate, 'message_failed');

      await fixture.peers.smtp.behave('normal');
      const sent = await onceTold(gate, 'message_sent');

      expect(failed).toMatchObject({ delivery: id, error: retry.error, attempt: 1 });
      expect(sent).toMatchObject({ delivery: id, isMaybeDuplicate: retry.isMaybeDuplicate });
      const { row, attempts } = await left(gate, id);
      expect(row).toMatchObject(SENT);
      expect(outcomes(attempts)).toEqual(['retry', 'sent']);
      const [one, two] = attempts.map(({ started_at }) => Number(started_at));
      expect((two ?? 0) - (one ?? 0)).toBeGreaterThanOrEqual(FIRST_WAIT_MS);
      expect(fixture.peers.smtp.mails()).toHaveLength(1);
      expect(told(gate, 'message_given_up')).toEqual([]);
    },
    60_000,
  );

  test.each(ENDS)(
    'given up because $why: told once, and erased',
    async (end) => {
      const message = mail(end.change);
      const id = await queue(message);
      await fixture.peers.smtp.behave(end.behaviour);

      const gate = await start();
      const givenUp = await onceTold(gate, 'message_given_up');

      const { time, ...said } = givenUp;
      const event = 'auth_gate.message_given_up';
      expect(time).toEqual(expect.any(String));
      expect(said).toEqual({ event, channel: 'email', kind: message.kind, delivery: id, reason: end.reason });
      expect((await left(gate, id)).row).toMatchObject({ ...FAILED, state: end.state ?? 'failed' });
      expect(told(gate, 'message_given_up')).toHaveLength(1);
      expect(fixture.peers.smtp.calls()).toBe(end.calls);
      expect(fixture.peers.smtp.mails()).toEqual([]);
    },
    60_000,
  );
});

test('a courier that sleeps is woken by a mail that another process queues', async () => {
  fixture = await openFixture('postgres', { processes: 0 });
  const gate = await start();

  const id = await queue(mail());

  expect(await eventually('the mail', () => told(gate, 'message_sent')[0], 10_000)).toMatchObject({ delivery: id });
}, 60_000);
