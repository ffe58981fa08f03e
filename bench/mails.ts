/**
 * Mails through the courier to postfix's smtp-sink, each attempt written before it is made and closed after, beside
 * nodemailer's pool that is only told to send. Ours is the whole `gate serve`, started on a ledger full of queued mails.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mustHaveSent } from './deliveries/rows.js';
import { median, pairedRatio, type Figure } from './figure.js';
import type { EmailCard } from '../cards/email.js';
import { fillQueue } from './fill/queue.js';
import { startGate } from './gate-process.js';
import { BENCH_SITE } from './grants.js';
import { nowMs } from './load/consumers.js';
import type { Sent, ToSend } from './mails/task.js';
import { requireSmtpSink, startSmtpSink, type SmtpSink } from './peers/smtp-sink.js';
import { cpuSeconds } from './processes.js';
import { inTurns } from './rounds.js';
import { sized, type Bench, type Run } from './run.js';
import { scratch } from './scratch.js';
import { startWorker } from './start-server.js';

const MAILS = { full: 2_000, short: 200 };
/** The first tenth warms up: connections, compiled code, the first commits. */
const WARM_UP_SHARE = 0.1;
const MS = 1_000;
const OURS = 'the courier, SQLite FULL';
const BARE = "nodemailer's pool, no record";

export const mailsBench: Bench = {
  what: "mails through the courier to smtp-sink, attempts recorded, beside nodemailer's pool without any record",
  measure: measureMails,
};

interface Turn {
  readonly perSecond: number;
  readonly busy: number;
}

async function measureMails(run: Run): Promise<readonly Figure[]> {
  requireSmtpSink();
  const mails = sized(run, MAILS);
  const { folder, remove } = scratch('mails');
  const secret = randomBytes(32).toString('hex');
  const filled = join(folder, 'filled');
  mkdirSync(filled);
  const sink = await startSmtpSink();
  try {
    const sample = await fillQueue(join(filled, 'gate.sqlite'), { mails, secret });
    const contenders = [
      { name: BARE, turn: () => sendBare(sink, { mails, sample }) },
      { name: OURS, turn: () => sendOurs(sink, { mails, secret, filled, dataDir: join(folder, 'data') }) },
    ];
    const turns = await inTurns<Turn>(contenders, run, ({ perSecond, busy }) => {
      return `${perSecond.toFixed(0)} mails/s  core busy ${(busy * 100).toFixed(0)} %`;
    });
    const expected = mails * run.rounds * contenders.length;
    if (sink.taken() !== expected)
      throw new Error(`smtp-sink has ${String(sink.taken())} mails instead of ${String(expected)}`);
    return [figureOf(turns.get(OURS) ?? [], turns.get(BARE) ?? [])];
  } finally {
    await sink.stop();
    remove();
  }
}

interface Queue {
  readonly mails: number;
  readonly secret: string;
  /** A data folder with the mails queued; it is copied for each turn. */
  readonly filled: string;
  readonly dataDir: string;
}

async function sendOurs(sink: SmtpSink, { mails, secret, filled, dataDir }: Queue): Promise<Turn> {
  cpSync(filled, dataDir, { recursive: true });
  const taken = stretchOf(sink, mails);
  const environment = { SMTP_URL: `smtp://127.0.0.1:${String(sink.port)}`, MAIL_FROM: 'gate@example.org' };
  const gate = await startGate({ name: 'mails', sites: SITES, environment, dataDir, secret });
  try {
    const before = { cpu: cpuSeconds([gate.pid]), atMs: nowMs() };
    const { perSecond, endedMs } = await taken;
    const busy = (cpuSeconds([gate.pid]) - before.cpu) / Math.max((endedMs - before.atMs) / MS, Number.EPSILON);
    await mustHaveSent(gate.database, mails);
    return { perSecond, busy };
  } finally {
    await gate.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function sendBare(sink: SmtpSink, { mails, sample }: { mails: number; sample: EmailCard }): Promise<Turn> {
  const sender = startWorker<ToSend, Sent>('bare-mails', [String(sink.port)]);
  const taken = stretchOf(sink, mails);
  try {
    const before = { cpu: cpuSeconds([sender.pid]), atMs: nowMs() };
    await sender.ask({ mails, ...sample });
    const { perSecond, endedMs } = await taken;
    return { perSecond, busy: (cpuSeconds([sender.pid]) - before.cpu) / ((endedMs - before.atMs) / MS) };
  } finally {
    await sender.stop();
  }
}

/** Mails a second at the sink, from the end of the warm-up until the last. */
async function stretchOf(sink: SmtpSink, mails: number): Promise<{ perSecond: number; endedMs: number }> {
  const before = sink.taken();
  const warmUp = Math.round(mails * WARM_UP_SHARE);
  const [beganMs, endedMs] = await Promise.all([sink.hasTaken(before + warmUp), sink.hasTaken(before + mails)]);
  return { perSecond: (mails - warmUp) / ((endedMs - beganMs) / MS), endedMs };
}

function figureOf(ours: readonly Turn[], bare: readonly Turn[]): Figure {
  const [mine, other] = [ours.map((turn) => turn.perSecond), bare.map((turn) => turn.perSecond)];
  return {
    bench: 'mails',
    case: OURS,
    value: median(mine),
    unit: 'mails/s',
    against: BARE,
    beside: median(other),
    ratio: pairedRatio(mine, other),
    target: { atLeast: 0.6 },
    busy: { value: median(ours.map((turn) => turn.busy)), beside: median(bare.map((turn) => turn.busy)) },
  };
}

const SITES = `
[approvers."ada@example.org"]
email = "ada@example.org"

[[sites]]
domains = ["${BENCH_SITE}"]
environment = "stg"

[sites.auth_gate]
admin = "ada@example.org"
`;
