/**
 * The check with 1 to 1,000,000 grants beside a bare node:http 204, each a process of its own, and both started anew for
 * every round. Every address that has a grant is asked for, and the bare server gets the very same requests.
 */
import { pairedRatio, type Figure } from './figure.js';
import { BENCH_CHECK, BENCH_SITE } from './grants.js';
import { measure } from './load/load.js';
import { interleavedAnew, medianOf, type Contender, type Medians, type Servers } from './rounds.js';
import type { Bench, Run } from './run.js';
import { startServer } from './start-server.js';

const GRANTS = [1, 1_000, 100_000, 1_000_000] as const;
const BARE = 'bare node:http 204';
const BENCH = 'check';
/** The million is allowed to be slower: its table outgrows the processor's caches. */
const MANY = 1_000_000;

export const checkBench: Bench = {
  what: 'the check, 1 to 1,000,000 active grants, beside a bare node:http 204',
  measure: measureCheck,
};

async function measureCheck(run: Run): Promise<readonly Figure[]> {
  const cases: Case[] = [];
  for (const count of GRANTS) cases.push({ count, medians: await besideBare(count, run) });
  return [...cases.map(figureOf), ...flatness(cases)];
}

interface Case {
  readonly count: number;
  readonly medians: { readonly gate: Medians; readonly bare: Medians };
}

/** One gate at a time: rereading a table of a million grants would slow the turns of the others. */
async function besideBare(count: number, run: Run): Promise<Case['medians']> {
  const names = { gate: caseOf(count), bare: `${BARE}, requests of ${caseOf(count)}` };
  const medians = await interleavedAnew(() => startBoth(count, names), run);
  return { gate: medianOf(medians, names.gate), bare: medianOf(medians, names.bare) };
}

async function startBoth(count: number, names: { readonly gate: string; readonly bare: string }): Promise<Servers> {
  const bare = await startServer('bare');
  try {
    const gate = await startServer('gate', String(count));
    return {
      contenders: [contender(names.bare, { server: bare, count }), contender(names.gate, { server: gate, count })],
      stop: async () => {
        await Promise.all([bare.stop(), gate.stop()]);
      },
    };
  } catch (error) {
    await bare.stop();
    throw error;
  }
}

function contender(name: string, of: { server: { port: number; pid: number }; count: number }): Contender {
  const load = { port: of.server.port, path: BENCH_CHECK, host: BENCH_SITE, addresses: of.count };
  return { name, measure: (seconds) => measure(load, seconds), pids: [of.server.pid] };
}

function figureOf({ count, medians: { gate, bare } }: Case): Figure {
  return {
    bench: BENCH,
    case: caseOf(count),
    value: gate.requestsPerSecond,
    unit: 'req/s',
    against: BARE,
    beside: bare.requestsPerSecond,
    ratio: pairedRatio(gate.rounds, bare.rounds),
    target: { atLeast: count < MANY ? 0.85 : 0.75 },
    busy: { value: gate.busy, beside: bare.busy },
  };
}

/** The slowest table beside the fastest, each over its own bare run. */
function flatness(cases: readonly Case[]): readonly Figure[] {
  return [
    flatnessOf('100,000 grants', { cases: cases.filter(({ count }) => count < MANY), atLeast: 0.9 }),
    flatnessOf('1,000,000 grants', { cases, atLeast: 0.8 }),
  ];
}

function flatnessOf(upTo: string, of: { cases: readonly Case[]; atLeast: number }): Figure {
  const ratios = of.cases.map(({ medians: { gate, bare } }) => pairedRatio(gate.rounds, bare.rounds));
  const [value, beside] = [Math.min(...ratios), Math.max(...ratios)];
  return {
    bench: BENCH,
    case: `the slowest up to ${upTo}`,
    value,
    unit: 'of bare',
    against: 'the fastest of them',
    beside,
    ratio: value / beside,
    target: { atLeast: of.atLeast },
  };
}

function caseOf(count: number): string {
  return `${count.toLocaleString('en-US')} grant${count === 1 ? '' : 's'}`;
}
