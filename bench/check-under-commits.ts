/** The check's p99 while 100 decisions a second are committed on SQLite `FULL`, beside the same gate without them. */
import type { Figure } from './figure.js';
import { BENCH_CHECK, BENCH_SITE } from './grants.js';
import { measure } from './load/load.js';
import { interleaved, medianOf } from './rounds.js';
import type { Bench, Run } from './run.js';
import { startServer, type Started } from './start-server.js';

const GRANTS = 1_000;
const DECISIONS_PER_SECOND = 100;
const QUIET = 'no commits';
const BUSY = `${String(DECISIONS_PER_SECOND)} decisions/s`;

export const checkUnderCommitsBench: Bench = {
  what: "the check's p99 while decisions are committed on SQLite, beside the same gate without them",
  measure: measureUnderCommits,
};

async function measureUnderCommits(run: Run): Promise<readonly Figure[]> {
  const quiet = await startServer('gate', String(GRANTS), '0');
  const busy = await startServer('gate', String(GRANTS), String(DECISIONS_PER_SECOND));
  try {
    const medians = await interleaved([contender(QUIET, quiet), contender(BUSY, busy)], run);
    const beside = medianOf(medians, QUIET).p99Ms;
    const value = medianOf(medians, BUSY).p99Ms;
    const name = `p99, ${BUSY}`;
    const of = { bench: 'check-under-commits', case: name, unit: 'ms', against: QUIET, target: null };
    return [{ ...of, value, beside, ratio: value / beside }];
  } finally {
    await Promise.all([quiet.stop(), busy.stop()]);
  }
}

function contender(name: string, server: Started) {
  const load = { port: server.port, path: BENCH_CHECK, host: BENCH_SITE, addresses: GRANTS };
  return { name, measure: (seconds: number) => measure(load, seconds), pids: [server.pid] };
}
