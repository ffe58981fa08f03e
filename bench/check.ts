/** The check with 1, 1,000 and 100,000 grants beside a bare node:http 204, each a process of its own. */
import { printFigure } from './figure.js';
import { BENCH_SITE, benchAddress } from './grants.js';
import { measure } from './load/load.js';
import { interleaved, type Contender } from './rounds.js';
import { startServer } from './start-server.js';

const GRANTS = [1, 1_000, 100_000] as const;
/** Enough to be spread over the whole table, few enough for the load tool to hold ready. */
const MAX_ADDRESSES = 10_000;
const SECONDS = 3;
const BARE = 'bare node:http 204';

export async function benchCheck(say: (line: string) => void): Promise<void> {
  const bare = await startServer('bare');
  const gates = await Promise.all(GRANTS.map((count) => startServer('gate', String(count))));
  try {
    const contenders: Contender[] = [
      { name: BARE, measure: (seconds) => measure(loadOf(bare.port, 1_000, seconds)) },
      ...gates.map(({ port }, at) => ({
        name: caseOf(GRANTS[at] ?? 0),
        measure: (seconds: number) => measure(loadOf(port, GRANTS[at] ?? 0, seconds)),
      })),
    ];
    const medians = await interleaved(contenders, SECONDS, say);
    const against = medians.get(BARE)?.requestsPerSecond ?? NaN;
    for (const count of GRANTS) {
      const value = medians.get(caseOf(count))?.requestsPerSecond ?? NaN;
      printFigure({ bench: 'check', case: caseOf(count), ratio: value / against, value, unit: 'req/s', against: BARE });
    }
    printFigure({ bench: 'check', case: BARE, ratio: 1, value: against, unit: 'req/s', against: BARE });
  } finally {
    await Promise.all([bare, ...gates].map((server) => server.stop()));
  }
}

function loadOf(port: number, grants: number, seconds: number): Parameters<typeof measure>[0] {
  const count = Math.min(grants, MAX_ADDRESSES);
  const stride = Math.floor(grants / count);
  const addresses = Array.from({ length: count }, (_, index) => benchAddress(index * stride));
  return { port, path: '/auth/nginx', host: BENCH_SITE, addresses, seconds };
}

function caseOf(count: number): string {
  return `${String(count)} grant${count === 1 ? '' : 's'}`;
}
