/**
 * Mails through the whole `gate serve` to a stand-in of Microsoft Graph that enforces its limits, beside what these limits allow.
 * There are two: how many calls of one application are answered at once, and how many mails a minute go out from one mailbox.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startFakeGraph, type FakeGraph } from '../test/fakes/graph.js';
import { mustHaveAccepted } from './deliveries/rows.js';
import { median, type Figure } from './figure.js';
import { fillQueue } from './fill/queue.js';
import { startGate } from './gate-process.js';
import { BENCH_SITE } from './grants.js';
import { cpuSeconds } from './processes.js';
import { sized, type Bench, type Run } from './run.js';
import { scratch } from './scratch.js';

const MS = 1_000;
const LOOK_EVERY_MS = 5;
const PATIENCE_MS = 150_000;
const MAILBOX = 'gate@koder.dev';
/** Graph itself takes longer; the longer a call takes, the less our own work counts. */
const LATENCY_MS = 100;
/** Outlook's own. */
const CALLS_AT_ONCE = 4;
/** A draft, and sending it. */
const CALLS_PER_MAIL = 2;
/** Exchange Online's own, within any minute. */
const PER_MINUTE = 30;
const MINUTE_S = 60;

export const graphBench: Bench = {
  what: 'mails through the courier to a stand-in of Microsoft Graph, beside what its limits allow',
  measure: measureGraph,
};

interface Limited {
  readonly name: string;
  /** Of the provider's policy. */
  readonly throttle: string;
  readonly mailsPerWindow: number;
  readonly mails: number;
  /** Those before are not measured. */
  readonly warmUp: number;
  /** What the limit allows. */
  readonly perSecond: number;
  readonly rounds: number;
}

async function measureGraph(run: Run): Promise<readonly Figure[]> {
  const mails = sized(run, { full: 300, short: 60 });
  const atOnce: Limited = {
    name: `${String(CALLS_AT_ONCE)} calls at once, ${String(LATENCY_MS)} ms each`,
    throttle: `per_minute = 0\nat_once = ${String(CALLS_AT_ONCE)}`,
    mailsPerWindow: Number.POSITIVE_INFINITY,
    mails,
    warmUp: mails / 10,
    perSecond: CALLS_AT_ONCE / ((CALLS_PER_MAIL * LATENCY_MS) / MS),
    rounds: run.rounds,
  };
  const aMinute: Limited = {
    name: `${String(PER_MINUTE)} mails a minute from one mailbox`,
    throttle: '',
    mailsPerWindow: PER_MINUTE,
    // the first of the next minute tells how long the minute was
    mails: PER_MINUTE + 1,
    warmUp: 1,
    perSecond: PER_MINUTE / MINUTE_S,
    rounds: 1,
  };
  const figures = [await measured(atOnce, run)];
  return run.isShort ? figures : [...figures, await measured(aMinute, run)];
}

async function measured(limited: Limited, run: Run): Promise<Figure> {
  const { folder, remove } = scratch('graph');
  const secret = randomBytes(32).toString('hex');
  const filled = join(folder, 'filled');
  mkdirSync(filled);
  try {
    await fillQueue(join(filled, 'gate.sqlite'), { mails: limited.mails, secret });
    const rates: number[] = [];
    const busy: number[] = [];
    for (let round = 1; round <= limited.rounds; round += 1) {
      const turn = await send(limited, { secret, filled, dataDir: join(folder, 'data') });
      rates.push(turn.perSecond);
      busy.push(turn.busy);
      run.say(`round ${String(round)}  ${limited.name}  ${turn.perSecond.toFixed(2)} mails/s`);
    }
    return figureOf(limited, { perSecond: median(rates), busy: median(busy) });
  } finally {
    remove();
  }
}

interface Queue {
  readonly secret: string;
  readonly filled: string;
  readonly dataDir: string;
}

async function send(
  limited: Limited,
  { secret, filled, dataDir }: Queue,
): Promise<{ perSecond: number; busy: number }> {
  const limits = { callsAtOnce: CALLS_AT_ONCE, latencyMs: LATENCY_MS, mailsPerWindow: limited.mailsPerWindow };
  const fake = await startFakeGraph({ mailboxes: [MAILBOX], limits });
  cpSync(filled, dataDir, { recursive: true });
  const environment = { GRAPH_SECRET: fake.registration.clientSecret };
  const gate = await startGate({ name: 'graph', sites: sitesOf(fake, limited), environment, dataDir, secret });
  try {
    const before = cpuSeconds([gate.pid]);
    const beganMs = await hasSent(fake, limited.warmUp);
    const endedMs = await hasSent(fake, limited.mails);
    const seconds = (endedMs - beganMs) / MS;
    await mustHaveAccepted(gate.database, limited.mails);
    if (fake.state.limits.turnedAway() > 0) throw new Error('a call went beyond the limits of the stand-in');
    return { perSecond: (limited.mails - limited.warmUp) / seconds, busy: (cpuSeconds([gate.pid]) - before) / seconds };
  } finally {
    await gate.stop();
    await fake.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function hasSent(fake: FakeGraph, mails: number): Promise<number> {
  const endMs = performance.now() + PATIENCE_MS;
  while (fake.mailbox(MAILBOX).left.length < mails) {
    if (performance.now() > endMs)
      throw new Error(`the stand-in has ${String(fake.mailbox(MAILBOX).left.length)} mails and no more`);
    await pause(LOOK_EVERY_MS);
  }
  return performance.now();
}

function figureOf({ name, perSecond }: Limited, ours: { perSecond: number; busy: number }): Figure {
  return {
    bench: 'graph',
    case: name,
    value: ours.perSecond,
    unit: 'mails/s',
    against: 'what the limit allows',
    beside: perSecond,
    ratio: ours.perSecond / perSecond,
    target: { atLeast: 0.8 },
    busy: { value: ours.busy, beside: 0 },
  };
}

function sitesOf({ endpoint }: FakeGraph, { throttle }: Limited): string {
  return `
[approvers."ada@example.org"]
email = "ada@example.org"

[[sites]]
domains = ["${BENCH_SITE}"]
environment = "stg"

[sites.auth_gate]
admin = "ada@example.org"

[mail.providers.office]
kind = "graph"
tenant = "${endpoint.tenant}"
client_id = "${endpoint.clientId}"
client_secret_env = "GRAPH_SECRET"
api_url = "${endpoint.apiUrl}"
token_url = "${endpoint.tokenUrl}"

[mail.providers.office.throttle]
${throttle}

[mail.mailboxes."${MAILBOX}"]
provider = "office"
`;
}
