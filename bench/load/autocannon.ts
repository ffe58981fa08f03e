/** The other end of `load.ts` where wrk is not installed: reads its options from a file, prints one line of result. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { benchAddress } from '../grants.js';
import type { Load } from './load.js';

/** As many as it can hold ready without that being what is measured. */
const MAX_ADDRESSES = 10_000;

const [, , file = ''] = process.argv;
const load = JSON.parse(readFileSync(file, 'utf8')) as Load & { connections: number; seconds: number; step: number };
const count = Math.min(load.addresses, MAX_ADDRESSES);

const result = await autocannon({
  url: `http://127.0.0.1:${String(load.port)}`,
  connections: load.connections,
  duration: load.seconds,
  requests: Array.from({ length: count }, (_, index) => ({
    method: 'GET' as const,
    path: load.path,
    headers: {
      host: load.host,
      'x-forwarded-for': benchAddress((index * load.step) % load.addresses),
      'x-forwarded-host': load.host,
    },
  })),
});
const errors = result.errors + result.timeouts + result.non2xx;
process.stdout.write(
  `RESULT ${JSON.stringify({ requests: result.requests.total, seconds: result.duration, p99: result.latency.p99, errors })}\n`,
);
