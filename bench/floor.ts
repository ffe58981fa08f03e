/**
 * The lower bounds of this machine: an fsync of what SQLite writes for a commit, a round trip over
 * loopback, one to a worker thread and back, a system call. The other figures are to be compared with these.
 */
import { once } from 'node:events';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { median, pairedRatio, type Figure } from './figure.js';
import { nowMs } from './load/consumers.js';
import { pageCommitsASecond } from './page-commits.js';
import { sized, type Bench, type Run } from './run.js';
import { scratch } from './scratch.js';
import { startServer, startWorker } from './start-server.js';

const SYNCS = { full: 1_000, short: 100 };
const ROUND_TRIPS = { full: 20_000, short: 1_000 };
const COMMITS = { full: 500, short: 50 };
/** As the bare driver's guarded UPDATE has. */
const FEW_PAGES = 2;
/** As a decision has (test/ledger/pages.test.ts). */
const MANY_PAGES = 17;
const CALLS = 1_000_000;
const MICROSECONDS_A_MS = 1_000;
const MS = 1_000;
/** A page and its header in the write-ahead log (sqlite.org/fileformat2.html#walformat). */
const FRAME_BYTES = 4_096 + 24;
/** Four pages: a guarded UPDATE with its indexes. */
const SMALL_COMMIT = Buffer.alloc(4 * FRAME_BYTES, 'x');
/** How many of them until SQLite begins its log anew: 1,000 pages (sqlite.org/pragma.html#pragma_wal_autocheckpoint). */
const LOG_COMMITS = 250;

export const floorBench: Bench = {
  what: 'what the machine itself costs: an fsync, a round trip over loopback and to a thread, a system call',
  measure: measureFloor,
};

async function measureFloor(run: Run): Promise<readonly Figure[]> {
  const measured = { sync: [] as number[], loopback: [] as number[], thread: [] as number[], call: [] as number[] };
  const commits = { few: [] as number[], many: [] as number[] };
  const echo = await startServer('echo');
  const threads = startWorker<{ roundTrips: number }, { tookMs: number }>('thread-echo', []);
  try {
    for (let round = 0; round < run.rounds; round += 1) {
      measured.sync.push(syncMs(sized(run, SYNCS)));
      commits.few.push(pageCommitsASecond(FEW_PAGES, sized(run, COMMITS)));
      commits.many.push(pageCommitsASecond(MANY_PAGES, sized(run, COMMITS)));
      measured.loopback.push(await loopbackMs(echo.port, sized(run, ROUND_TRIPS)));
      const roundTrips = sized(run, ROUND_TRIPS);
      measured.thread.push((await threads.ask({ roundTrips })).tookMs / roundTrips);
      measured.call.push(callMs());
    }
  } finally {
    await Promise.all([echo.stop(), threads.stop()]);
  }
  const syncs = median(measured.sync);
  return [
    figure('fsyncs of four pages written over', 'a second', MS / syncs),
    figure('one of them', 'ms', syncs),
    commitsFigure(commits),
    figure('a byte over loopback to another process and back', 'µs', median(measured.loopback) * MICROSECONDS_A_MS),
    figure('a message to a worker thread and back', 'µs', median(measured.thread) * MICROSECONDS_A_MS),
    figure('a system call from JavaScript', 'µs', median(measured.call) * MICROSECONDS_A_MS),
  ];
}

/** Over and over a file that has its size, as a write-ahead log after its first checkpoint. The median: a disk that others use stalls now and then. */
function syncMs(syncs: number): number {
  const { folder, remove } = scratch('floor');
  const file = openSync(join(folder, 'log'), 'w');
  try {
    writeSync(file, Buffer.alloc(LOG_COMMITS * SMALL_COMMIT.length));
    fsyncSync(file);
    const times = Array.from({ length: syncs }, (_, commit) => {
      const startedMs = nowMs();
      writeSync(file, SMALL_COMMIT, 0, SMALL_COMMIT.length, (commit % LOG_COMMITS) * SMALL_COMMIT.length);
      fsyncSync(file);
      return nowMs() - startedMs;
    });
    return median(times);
  } finally {
    closeSync(file);
    remove();
  }
}

/** From this process on its core to one on the servers' core. */
async function loopbackMs(port: number, roundTrips: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const startedMs = nowMs();
  await pingPong(socket, roundTrips);
  const tookMs = nowMs() - startedMs;
  socket.destroy();
  return tookMs / roundTrips;
}

function pingPong(socket: Socket, roundTrips: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = roundTrips;
    socket.on('data', () => {
      left -= 1;
      if (left > 0) socket.write('x');
      else resolve();
    });
    socket.on('error', reject);
    socket.write('x');
  });
}

/** `getuid`: it does nothing else, and no library answers it from memory. */
function callMs(): number {
  const { getuid } = process;
  if (getuid === undefined) throw new Error('a system call is measured on Linux');
  const startedMs = nowMs();
  for (let call = 0; call < CALLS; call += 1) getuid();
  return (nowMs() - startedMs) / CALLS;
}

function commitsFigure({ few, many }: { readonly few: readonly number[]; readonly many: readonly number[] }): Figure {
  return {
    ...figure(`SQLite commits of ${String(MANY_PAGES)} pages`, 'a second', median(many)),
    against: `commits of ${String(FEW_PAGES)} pages`,
    beside: median(few),
    ratio: pairedRatio(many, few),
  };
}

function figure(name: string, unit: string, value: number): Figure {
  return { bench: 'floor', case: name, value, unit, against: 'nothing', beside: null, ratio: null, target: null };
}
