/**
 * One decision until the last of four gates opens: from its commit, as the database has answered it, to the first 204 of the
 * gate that is last. Beside it a bare NOTIFY that four connections hear, with nothing read, written or checked.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as send, type IncomingMessage } from 'node:http';
import pg from 'pg';
import type { RequestId } from '../src/approval/brand.js';
import { jsonLog } from '../src/base/process/log.js';
import type { Ledger } from '../src/contract/ledger.js';
import { openLedger } from '../src/ledger/open.js';
import { placeOf } from './decisions/task.js';
import { BENCH_APPROVER, benchSites, PEER_TRANSPORT } from './directory.js';
import { median, type Figure } from './figure.js';
import { fillPending } from './fill/pending.js';
import { startGate, type GateProcess } from './gate-process.js';
import { BENCH_CHECK, BENCH_SITE } from './grants.js';
import { startPostgres } from './peers/postgres.js';
import { sized, type Bench, type Run } from './run.js';

const GATES = 4;
const DECISIONS = { full: 300, short: 20 };
const WARM_UP = 10;
const TARGET_MS = 20;
const PATIENCE_MS = 10_000;
const CHANNEL = 'bench';
const SITES = benchSites('["email"]');

export const propagationBench: Bench = {
  what: 'from the commit of a decision to the last of four gate processes on one PostgreSQL, beside a bare NOTIFY',
  measure: measurePropagation,
};

async function measurePropagation(run: Run): Promise<readonly Figure[]> {
  const postgres = await startPostgres();
  const gates: GateProcess[] = [];
  const ledger = await openLedger(placeOf(postgres.url), { log: jsonLog('warn', process.stderr) });
  const bare = await bareListeners(postgres.url);
  try {
    const ids = await fillPending(ledger, WARM_UP + sized(run, DECISIONS));
    const environment = {
      DATABASE_URL: postgres.url,
      GATE_ROLES: 'gate,admin',
      SMTP_URL: 'smtp://127.0.0.1:25',
      MAIL_FROM: 'gate@example.org',
    };
    const secret = randomBytes(32).toString('hex');
    for (let number = 1; number <= GATES; number += 1)
      gates.push(await startGate({ name: `propagation-${String(number)}`, sites: SITES, environment, secret }));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (const id of ids) {
      ours.push(await opened(id, { ledger, gates }));
      theirs.push(await bare.heard());
    }
    return [figureOf(ours.slice(WARM_UP), theirs.slice(WARM_UP), run)];
  } finally {
    for (const gate of gates) await gate.stop();
    await bare.close();
    await ledger.close();
    await postgres.stop();
  }
}

/** Milliseconds from the commit until the last gate lets the visitor pass. */
async function opened(id: RequestId, at: { readonly ledger: Ledger; readonly gates: readonly GateProcess[] }) {
  const request = await at.ledger.requests.byId(id);
  if (request === null) throw new Error('a request of the bench is there');
  for (const { ports } of at.gates) mustBe(403, await statusAt(ports.gate, request.address));
  const passed = at.gates.map(({ ports }) => passes(ports.gate, request.address));
  const outcome = await at.ledger.requests.decide({
    ref: { by: 'id', id },
    tapId: id,
    outcome: 'approved',
    by: BENCH_APPROVER,
    surface: 'page',
    callbackTransport: PEER_TRANSPORT,
    ttlSeconds: null,
    denial: null,
  });
  const committedMs = performance.now();
  if (outcome.kind !== 'decided') throw new Error(`a decision of the bench was answered ${outcome.kind}`);
  return Math.max(...(await Promise.all(passed))) - committedMs;
}

/** Asks again and again, one question at a time; answers when it was first let pass. */
async function passes(port: number, address: string): Promise<number> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) if ((await statusAt(port, address)) === 204) return performance.now();
  throw new Error('a decision did not reach every gate');
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function statusAt(port: number, address: string): Promise<number> {
  const headers = { 'x-forwarded-for': address, 'x-forwarded-host': BENCH_SITE, 'x-forwarded-uri': '/' };
  const asked = send({
    host: '127.0.0.1',
    port,
    path: BENCH_CHECK,
    agent,
    headers: { ...headers, host: BENCH_SITE },
  });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}

function mustBe(expected: number, status: number): void {
  if (status !== expected) throw new Error(`a gate of the bench answered ${String(status)}, not ${String(expected)}`);
}

interface BareListeners {
  /** Milliseconds from the commit of a NOTIFY until the last of them has heard it. */
  heard(): Promise<number>;
  close(): Promise<void>;
}

async function bareListeners(url: string): Promise<BareListeners> {
  const connected = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  };
  const publisher = await connected();
  const listeners = await Promise.all(Array.from({ length: GATES }, connected));
  for (const listener of listeners) await listener.query(`LISTEN ${CHANNEL}`);
  return {
    async heard() {
      const all = listeners.map(async (listener) => {
        await once(listener, 'notification');
        return performance.now();
      });
      const startedMs = performance.now();
      await publisher.query(`NOTIFY ${CHANNEL}`);
      return Math.max(...(await Promise.all(all))) - startedMs;
    },
    async close() {
      for (const client of [publisher, ...listeners]) await client.end();
    },
  };
}

function figureOf(ours: readonly number[], theirs: readonly number[], run: Run): Figure {
  const value = median(ours);
  const longest = Math.max(...ours);
  run.say(`median ${value.toFixed(1)} ms, longest ${longest.toFixed(1)} ms of ${String(ours.length)} decisions`);
  return {
    bench: 'propagation',
    case: `a decision, the last of ${String(GATES)} gates open`,
    value,
    unit: 'ms',
    against: `a bare NOTIFY, the last of ${String(GATES)} connections`,
    beside: median(theirs),
    ratio: null,
    target: { atMost: TARGET_MS },
  };
}
