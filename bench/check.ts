/**
 * The check with 1, 1,000 and 100,000 grants beside a bare node:http 204, each a process of its own. Every case has its
 * own bare run under the very same requests: more addresses cost the load tool, and that must not be read as ours.
 */
import { printFigure } from './figure.js';
import { BENCH_SITE, benchAddress } from './grants.js';
import { measure, type Load } from './load/load.js';
import { interleaved, pairedRatio, type Contender, type Medians } from './rounds.js';
import { startServer } from './start-server.js';

const GRANTS = [1, 1_000, 100_000] as const;
/** Enough to be spread over the whole table, few enough for the load tool to hold ready. */
const MAX_ADDRESSES = 10_000;
const SECONDS = 3;
const BARE = 'bare node:http 204';
const BENCH = 'check';

export async function benchCheck(say: (line: string) => void): Promise<void> {
  const bare = await startServer('bare');
  const gates = await Promise.all(GRANTS.map((count) => startServer('gate', String(count))));
  try {
    const contenders = GRANTS.flatMap((count, at): Contender[] => [
      { name: bareOf(count), measure: (seconds) => measure(loadOf(bare.port, count, seconds)) },
      { name: caseOf(count), measure: (seconds) => measure(loadOf(gates[at]?.port ?? 0, count, seconds)) },
    ]);
    const medians = await interleaved(contenders, SECONDS, say);
    for (const count of GRANTS) print(count, medians);
    printFlatness(medians);
  } finally {
    await Promise.all([bare, ...gates].map((server) => server.stop()));
  }
}

function print(count: number, medians: ReadonlyMap<string, Medians>): void {
  const ratio = ratioOf(count, medians);
  const value = medians.get(caseOf(count))?.requestsPerSecond ?? NaN;
  printFigure({ bench: BENCH, case: caseOf(count), ratio, value, unit: 'req/s', against: BARE });
}

/** The slowest table beside the fastest, each over its own bare run. */
function printFlatness(medians: ReadonlyMap<string, Medians>): void {
  const ratios = GRANTS.map((count) => ratioOf(count, medians));
  const value = Math.min(...ratios) / Math.max(...ratios);
  const against = 'the fastest number of grants';
  printFigure({ bench: BENCH, case: 'the slowest number of grants', ratio: value, value, unit: 'ratio', against });
}

function ratioOf(count: number, medians: ReadonlyMap<string, Medians>): number {
  return pairedRatio(medians.get(caseOf(count)), medians.get(bareOf(count)));
}

function loadOf(port: number, grants: number, seconds: number): Load {
  const count = Math.min(grants, MAX_ADDRESSES);
  const stride = Math.floor(grants / count);
  const addresses = Array.from({ length: count }, (_, index) => benchAddress(index * stride));
  return { port, path: '/auth/nginx', host: BENCH_SITE, addresses, seconds };
}

function caseOf(count: number): string {
  return `${String(count)} grant${count === 1 ? '' : 's'}`;
}

function bareOf(count: number): string {
  return `${BARE}, requests of ${caseOf(count)}`;
}
