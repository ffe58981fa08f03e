/** The other end of `load.ts` where wrk is not installed: reads its options from a file, prints one line of result. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import type { Load } from './load.js';

const [, , file = ''] = process.argv;
const load = JSON.parse(readFileSync(file, 'utf8')) as Load & { connections: number };

const result = await autocannon({
  url: `http://127.0.0.1:${String(load.port)}`,
  connections: load.connections,
  duration: load.seconds,
  requests: load.addresses.map((address) => ({
    method: 'GET' as const,
    path: load.path,
    headers: { host: load.host, 'x-forwarded-for': address, 'x-forwarded-host': load.host },
  })),
});
const errors = result.errors + result.timeouts + result.non2xx;
process.stdout.write(
  `RESULT ${JSON.stringify({ requests: result.requests.total, seconds: result.duration, p99: result.latency.p99, errors })}\n`,
);
