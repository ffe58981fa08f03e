/**
 * How long the first page of each of the console's lists takes with 1,000,000 deliveries, and as many requests and audit entries, on
 * SQLite, and on PostgreSQL where `BENCH_DATABASE_URL` names an empty database.
 */
import { join } from 'node:path';
import { Secret } from '../src/base/crypto/secret.js';
import { jsonLog } from '../src/base/process/log.js';
import type { Ledger } from '../src/contract/ledger.js';
import { openLedger } from '../src/ledger/open.js';
import { median, type Figure } from './figure.js';
import { liveThrough } from './fill/life.js';
import { multiplyPastPostgres } from './fill/multiply-postgres.js';
import { multiplyPast } from './fill/multiply.js';
import { sized, type Bench, type Run } from './run.js';
import { scratch } from './scratch.js';

const PAST = { full: 1_000_000, short: 5_000 };
const TIMES = { full: 31, short: 5 };
const FIRST_PAGE = { after: null, limit: 50 };
/** As the desk and the queue's page ask. */
const LOOK_AT = 5_000;
const QUEUE_LOOKS_AT = 10_000;
const AT_MOST_MS = 100;
const DAY_MS = 86_400_000;

export const consoleBench: Bench = {
  what: "the first page of each of the console's lists with 1,000,000 deliveries",
  measure: measureConsole,
};

type Where = Parameters<typeof openLedger>[0];

async function measureConsole(run: Run): Promise<readonly Figure[]> {
  const { folder, remove } = scratch('console');
  const url = process.env['BENCH_DATABASE_URL'];
  const past = sized(run, PAST);
  try {
    const file = join(folder, 'gate.sqlite');
    const figures = await measured(run, { where: { kind: 'sqlite', file }, fill: () => multiplyPast(file, past - 1) });
    if (url === undefined) return figures;
    const where: Where = { kind: 'postgres', url: new Secret(url) };
    return [...figures, ...(await measured(run, { where, fill: () => multiplyPastPostgres(url, past - 1) }))];
  } finally {
    remove();
  }
}

async function measured(
  run: Run,
  { where, fill }: { readonly where: Where; readonly fill: () => void | Promise<void> },
): Promise<readonly Figure[]> {
  const log = jsonLog('warn', process.stderr);
  const empty = await openLedger(where, { log });
  await liveThrough(empty, 0);
  await empty.close();
  await fill();
  run.say(`${where.kind} is filled`);
  const ledger = await openLedger(where, { log });
  try {
    const figures: Figure[] = [];
    for (const [name, ask] of Object.entries(LISTS))
      figures.push(await timed(run, `${name}, ${where.kind}`, () => ask(ledger)));
    return figures;
  } finally {
    await ledger.close();
  }
}

const LISTS: Readonly<Record<string, (ledger: Ledger) => Promise<unknown>>> = {
  deliveries: ({ queue }) => queue.look({ ...FIRST_PAGE, filter: {}, lookAt: QUEUE_LOOKS_AT }),
  'deliveries that failed': ({ queue }) =>
    queue.look({ ...FIRST_PAGE, filter: { state: 'failed' }, lookAt: QUEUE_LOOKS_AT }),
  requests: ({ looks }) => looks.requests({ ...FIRST_PAGE, filter: {}, lookAt: LOOK_AT }),
  'requests, a search': ({ looks }) =>
    looks.requests({ ...FIRST_PAGE, filter: { containing: 'nobody' }, lookAt: LOOK_AT }),
  audit: ({ looks }) => looks.audit({ ...FIRST_PAGE, filter: {}, lookAt: LOOK_AT }),
  'audit, a search': ({ looks }) => looks.audit({ ...FIRST_PAGE, filter: { words: ['nobody'] }, lookAt: LOOK_AT }),
  grants: ({ looks }) => looks.grants({ ...FIRST_PAGE, filter: {}, lookAt: LOOK_AT }),
  overview: ({ looks }) => Promise.all([looks.deliveries(), looks.outcomes(DAY_MS)]),
};

async function timed(run: Run, name: string, ask: () => Promise<unknown>): Promise<Figure> {
  const times: number[] = [];
  for (let turn = 0; turn < sized(run, TIMES); turn += 1) {
    const startedMs = performance.now();
    await ask();
    times.push(performance.now() - startedMs);
  }
  const value = median(times);
  run.say(`${name}: p50 ${value.toFixed(1)} ms, the first ${(times[0] ?? NaN).toFixed(1)} ms`);
  return {
    bench: 'console',
    case: name,
    value,
    unit: 'ms',
    against: '',
    beside: null,
    ratio: null,
    target: { atMost: AT_MOST_MS },
  };
}
