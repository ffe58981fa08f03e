/**
 * What a request costs as history grows: opened, its card sent, decided, on SQLite `FULL`, with 1,000 to 1,000,000 past
 * requests. Elapsed time is mostly the disk's, which would hide a growth, so processor time is measured too.
 */
import { join } from 'node:path';
import { jsonLog } from '../src/base/process/log.js';
import { openLedger } from '../src/ledger/open.js';
import { median, pairedRatio, type Figure } from './figure.js';
import { liveThrough } from './fill/life.js';
import { multiplyPast } from './fill/multiply.js';
import type { Lived, ToLive } from './history/task.js';
import { inTurns, type Turning } from './rounds.js';
import { sized, type Bench, type Run } from './run.js';
import { scratch } from './scratch.js';
import { startWorker } from './start-server.js';

const HISTORIES = { full: [1_000, 10_000, 100_000, 1_000_000], short: [1_000, 10_000] };
const REQUESTS = { full: 300, short: 20 };

export const historyBench: Bench = {
  what: 'what a request costs as history grows, beside itself with 1,000 past requests',
  measure: measureHistory,
};

async function measureHistory(run: Run): Promise<readonly Figure[]> {
  const { folder, remove } = scratch('history');
  try {
    const histories = sized(run, HISTORIES);
    const contenders: Turning<Lived>[] = [];
    for (const past of histories) {
      const file = join(folder, `${String(past)}.sqlite`);
      await fillHistory(file, past);
      contenders.push({ name: nameOf(past), turn: () => liveInANewProcess(file, sized(run, REQUESTS)) });
      run.say(`${nameOf(past)} are there`);
    }
    const turns = await inTurns<Lived>(contenders, run, ({ medianMs, processorMs }) => {
      return `p50 ${medianMs.toFixed(2)} ms  processor ${processorMs.toFixed(2)} ms a request`;
    });
    return histories.slice(1).flatMap((past) => figuresOf(past, { least: histories[0] ?? NaN, turns }));
  } finally {
    remove();
  }
}

/** Processes of the same code differ in speed for as long as they live, so each size gets a new process every round. */
async function liveInANewProcess(file: string, requests: number): Promise<Lived> {
  const worker = startWorker<ToLive, Lived>('history', [file]);
  const turn = (): Promise<Lived> => worker.ask({ first: nextNumber(requests), requests });
  try {
    await turn(); // warms it up, and gives SQLite's log its size
    return await turn();
  } finally {
    await worker.stop();
  }
}

/** The one that is copied has number 0. */
let numbered = 1;

function nextNumber(requests: number): number {
  numbered += requests;
  return numbered - requests;
}

async function fillHistory(file: string, past: number): Promise<void> {
  const ledger = await openLedger({ kind: 'sqlite', file }, { log: jsonLog('warn', process.stderr) });
  await liveThrough(ledger, 0);
  await ledger.close();
  multiplyPast(file, past - 1);
}

function figuresOf(
  past: number,
  { least, turns }: { least: number; turns: ReadonlyMap<string, readonly Lived[]> },
): readonly Figure[] {
  const against = nameOf(least);
  const of = (what: keyof Lived, words: string): Figure => {
    const [mine, other] = [nameOf(past), against].map((name) => (turns.get(name) ?? []).map((lived) => lived[what]));
    return {
      bench: 'history',
      case: `${nameOf(past)}, ${words}`,
      value: median(mine ?? []),
      unit: 'ms',
      against,
      beside: median(other ?? []),
      ratio: pairedRatio(mine ?? [], other ?? []),
      target: { atMost: 1.1 },
    };
  };
  return [of('medianMs', 'on the clock'), of('processorMs', 'of the processor')];
}

function nameOf(past: number): string {
  return `${past.toLocaleString('en-US')} past requests`;
}
