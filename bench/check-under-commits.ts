/** The check's p99 while 100 decisions a second are committed on SQLite `FULL`, beside the same gate without them. */
import { printFigure } from './figure.js';
import { BENCH_SITE, benchAddress } from './grants.js';
import { measure } from './load/load.js';
import { interleaved } from './rounds.js';
import { startServer } from './start-server.js';

const GRANTS = 1_000;
const DECISIONS_PER_SECOND = 100;
const SECONDS = 3;
const QUIET = 'no commits';
const BUSY = `${String(DECISIONS_PER_SECOND)} decisions/s`;

export async function benchCheckUnderCommits(say: (line: string) => void): Promise<void> {
  const quiet = await startServer('gate-on-sqlite', String(GRANTS), '0');
  const busy = await startServer('gate-on-sqlite', String(GRANTS), String(DECISIONS_PER_SECOND));
  const addresses = Array.from({ length: GRANTS }, (_, index) => benchAddress(index));
  const loadOn = (port: number) => (seconds: number) =>
    measure({ port, path: '/auth/nginx', host: BENCH_SITE, addresses, seconds });
  try {
    const contenders = [
      { name: QUIET, measure: loadOn(quiet.port) },
      { name: BUSY, measure: loadOn(busy.port) },
    ];
    const medians = await interleaved(contenders, SECONDS, say);
    const against = medians.get(QUIET)?.p99Ms ?? NaN;
    const value = medians.get(BUSY)?.p99Ms ?? NaN;
    const bench = 'check-under-commits';
    printFigure({ bench, case: `p99, ${BUSY}`, ratio: value / against, value, unit: 'ms', against: QUIET });
    printFigure({ bench, case: `p99, ${QUIET}`, ratio: 1, value: against, unit: 'ms', against: QUIET });
  } finally {
    await Promise.all([quiet.stop(), busy.stop()]);
  }
}
