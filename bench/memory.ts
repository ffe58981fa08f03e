/**
 * What the gate holds in memory: for each of 1,000,000 grants and 100,000 open requests, as the difference between two
 * `gate serve` that differ in nothing else, and for each grant in the grants table alone. And how much a reading of all
 * grants slows the checks that are made during it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jsonLog } from '../src/base/process/log.js';
import type { Ledger } from '../src/contract/ledger.js';
import { openLedger } from '../src/ledger/open.js';
import { benchSites } from './directory.js';
import type { Figure, Target } from './figure.js';
import { openOne } from './fill/life.js';
import { multiplyGrants, multiplyOpen } from './fill/multiply.js';
import { grantOne } from './fill/grant.js';
import { startGate, type GateProcess } from './gate-process.js';
import { BENCH_CHECK, BENCH_SITE, benchAddress } from './grants.js';
import { createCaller, type Caller } from './load/call.js';
import { nowMs } from './load/consumers.js';
import { memoryOf, type Memory } from './processes.js';
import { sized, type Bench, type Run } from './run.js';
import { scratch } from './scratch.js';
import { startWorker } from './start-server.js';

const GRANTS = { full: 1_000_000, short: 50_000 };
const REQUESTS = { full: 100_000, short: 5_000 };
/** All grants are read again every 30 s: long enough for one such reading, and for what it leaves to be collected. */
const WATCHED_MS = { full: 45_000, short: 2_000 };
const ASKED_EVERY_MS = 5;
const SAMPLE = 200;
const MAX_BYTES_A_GRANT = 250;
const BYTES_A_MB = 2 ** 20;

export const memoryBench: Bench = {
  what: 'memory for each of 1,000,000 grants and 100,000 open requests, and the wait while grants are read',
  measure: measureMemory,
};

/** How long the check took, asked every 5 ms. */
interface Waits {
  readonly p99Ms: number;
  readonly longestMs: number;
}

type Watched = Memory & Waits;

async function measureMemory(run: Run): Promise<readonly Figure[]> {
  const { folder, remove } = scratch('memory');
  const [grants, requests] = [sized(run, GRANTS), sized(run, REQUESTS)];
  try {
    const inTable = await bytesInTable(grants);
    run.say(`a grant takes ${(inTable / grants).toFixed(1)} bytes of its table`);
    const few = await watch(join(folder, 'few'), run, { fill: grantOne, grants: 1 });
    const open = await watch(join(folder, 'open'), run, {
      fill: async (ledger) => {
        await grantOne(ledger);
        await openOne(ledger, 0);
      },
      multiply: (file) => multiplyOpen(file, requests - 1),
      grants: 1,
    });
    const many = await watchIfReady(join(folder, 'many'), run, {
      fill: grantOne,
      multiply: (file) => multiplyGrants(file, grants),
      grants,
    });
    return [...ofGrants({ grants, inTable, few, many }), ...ofRequests({ requests, few, open })];
  } finally {
    remove();
  }
}

async function bytesInTable(grants: number): Promise<number> {
  const worker = startWorker<{ grants: number }, { bytes: number }>('grant-table', []);
  const { bytes } = await worker.ask({ grants }).finally(() => worker.stop());
  return bytes;
}

/** Null where the gate never says that it is ready: the other figures stand without these. */
async function watchIfReady(dataDir: string, run: Run, filling: Filling): Promise<Watched | null> {
  try {
    return await watch(dataDir, run, filling);
  } catch (error) {
    run.say(`with ${filling.grants.toLocaleString('en-US')} grants: ${error instanceof Error ? error.message : ''}`);
    return null;
  }
}

interface Filling {
  readonly fill: (ledger: Ledger) => Promise<unknown>;
  readonly multiply?: (file: string) => void;
  /** How many live, at the first so many addresses of the bench. */
  readonly grants: number;
}

/** Starts the gate on such a ledger, sees that its grants let in, and asks it until its memory has come to rest. */
async function watch(dataDir: string, run: Run, { fill, multiply, grants }: Filling): Promise<Watched> {
  mkdirSync(dataDir);
  const file = join(dataDir, 'gate.sqlite');
  const ledger = await openLedger({ kind: 'sqlite', file }, { log: jsonLog('warn', process.stderr) });
  await fill(ledger);
  await ledger.close();
  multiply?.(file);
  const environment = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'gate@example.org' };
  const gate = await startGate({ name: 'memory', sites: benchSites(), environment, dataDir });
  const caller = createCaller();
  try {
    for (let index = 0; index < SAMPLE; index += 1) await check(gate, caller, Math.floor((index * grants) / SAMPLE));
    const waits = await waitsWithin(gate, caller, sized(run, WATCHED_MS));
    const watched = { ...memoryOf(gate.pid), ...waits };
    run.say(inWords(watched, gate));
    return watched;
  } finally {
    caller.close();
    await gate.stop();
  }
}

async function waitsWithin(gate: GateProcess, caller: Caller, forMs: number): Promise<Waits> {
  const endMs = nowMs() + forMs;
  const waits: number[] = [];
  while (nowMs() < endMs) {
    const startedMs = nowMs();
    await check(gate, caller, 0);
    waits.push(nowMs() - startedMs);
    await pause(ASKED_EVERY_MS);
  }
  waits.sort((one, other) => one - other);
  return { p99Ms: waits[Math.floor(waits.length * 0.99)] ?? NaN, longestMs: waits.at(-1) ?? NaN };
}

async function check(gate: GateProcess, caller: Caller, index: number): Promise<void> {
  const headers = { host: BENCH_SITE, 'x-forwarded-for': benchAddress(index), 'x-forwarded-host': BENCH_SITE };
  await caller.call({ port: gate.ports.gate, method: 'GET', path: BENCH_CHECK, headers, expected: 204 });
}

function inWords({ residentBytes, peakBytes, p99Ms, longestMs }: Watched, gate: GateProcess): string {
  const [rest, peak] = [residentBytes, peakBytes].map((bytes) => `${(bytes / BYTES_A_MB).toFixed(0)} MB`);
  return `ready after ${gate.readyMs.toFixed(0)} ms  at rest ${rest ?? ''}  at most ${peak ?? ''}  p99 of the check ${p99Ms.toFixed(1)} ms, the longest ${longestMs.toFixed(1)} ms`;
}

interface OfGrants {
  readonly grants: number;
  readonly inTable: number;
  readonly few: Watched;
  readonly many: Watched | null;
}

function ofGrants({ grants, inTable, few, many }: OfGrants): readonly Figure[] {
  // at its most it holds two tables: the one that is believed and the one that is read
  const target = { atMost: MAX_BYTES_A_GRANT };
  const more = (what: keyof Memory): number => ((many?.[what] ?? NaN) - few[what]) / grants;
  const wait = (name: string, what: keyof Waits): Figure => ({
    ...alone(`${name}, all grants being read, ${grants.toLocaleString('en-US')}`, 'ms', {
      value: many?.[what] ?? NaN,
      target: null,
    }),
    against: 'one grant',
    beside: few[what],
    ratio: (many?.[what] ?? NaN) / few[what],
  });
  const each = `each of ${grants.toLocaleString('en-US')} grants`;
  return [
    alone(`${each}, in its table`, 'bytes', { value: inTable / grants, target }),
    alone(`${each}, gate serve at rest`, 'bytes', { value: more('residentBytes'), target }),
    alone(`${each}, gate serve at its most`, 'bytes', { value: more('peakBytes'), target }),
    wait("the check's p99", 'p99Ms'),
    wait('the longest check', 'longestMs'),
  ];
}

function ofRequests(of: { requests: number; few: Watched; open: Watched }): readonly Figure[] {
  const { requests, few, open } = of;
  const count = requests.toLocaleString('en-US');
  const more = open.residentBytes - few.residentBytes;
  return [
    alone(`each of ${count} open requests, gate serve at rest`, 'bytes', { value: more / requests, target: null }),
    alone(`${count} open requests, gate serve at rest`, 'MB', { value: open.residentBytes / BYTES_A_MB, target: null }),
  ];
}

function alone(name: string, unit: string, of: { value: number; target: Target | null }): Figure {
  return { bench: 'memory', case: name, unit, against: 'nothing', beside: null, ratio: null, ...of };
}
