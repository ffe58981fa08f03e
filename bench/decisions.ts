/**
 * Decisions a second, each with everything that follows from it in the same commit, beside the bare driver's guarded
 * UPDATE on the same table. SQLite at `FULL`, PostgreSQL as it is delivered: both have a decision on disk before they
 * answer.
 */
import { postgresPlace, sqlitePlace, type DecisionPlace } from './decisions/places.js';
import type { Decided, ToDecide } from './decisions/task.js';
import { median, pairedRatio, type Figure } from './figure.js';
import { cpuSeconds } from './processes.js';
import { inTurns, type Turning } from './rounds.js';
import { sized, type Bench, type Run } from './run.js';
import { startWorker, type Worker } from './start-server.js';

const DECISIONS = { full: 1_000, short: 50 };
/** A warm-up is half a turn of its own. */
const WARM_UPS = 1;
const FEW = 1;
const MANY = 16;
const MS = 1_000;

interface Case {
  readonly database: 'SQLite FULL' | 'PostgreSQL';
  readonly atOnce: number;
  readonly atLeast: number;
}

/** better-sqlite3 waits for each UPDATE, so beside it there is only one at a time. */
const SQLITE: readonly Case[] = [
  { database: 'SQLite FULL', atOnce: FEW, atLeast: 0.6 },
  { database: 'SQLite FULL', atOnce: MANY, atLeast: 0.6 },
];
const POSTGRES: readonly Case[] = [
  { database: 'PostgreSQL', atOnce: FEW, atLeast: 0.5 },
  { database: 'PostgreSQL', atOnce: MANY, atLeast: 0.4 },
];

export const decisionsBench: Bench = {
  what: "decisions a second on SQLite and PostgreSQL, beside the bare driver's guarded UPDATE",
  async measure(run) {
    const each = sized(run, DECISIONS) * (run.rounds + WARM_UPS) * 2;
    const onSqlite = await measureAt(await sqlitePlace(each), SQLITE, run);
    const onPostgres = await measureAt(await postgresPlace({ ours: each, bare: each }), POSTGRES, run);
    return [...onSqlite, ...onPostgres];
  },
};

type Decider = Worker<ToDecide, Decided>;

interface Turn {
  readonly perSecond: number;
  readonly busy: number;
}

async function measureAt(place: DecisionPlace, cases: readonly Case[], run: Run): Promise<readonly Figure[]> {
  const ours: Decider = startWorker('decisions', [place.ours]);
  const bare: Decider = startWorker('bare-updates', [place.bare, String(MANY)]);
  const stacks = { ours: [...place.ids.ours], bare: [...place.ids.bare] };
  const count = sized(run, DECISIONS);
  const contenders = cases.flatMap(({ database, atOnce }): Turning<Turn>[] => [
    { name: nameOf('bare', { database, atOnce }), turn: () => turnOf(bare, stacks.bare.splice(0, count), atOnce) },
    { name: nameOf('ours', { database, atOnce }), turn: () => turnOf(ours, stacks.ours.splice(0, count), atOnce) },
  ]);
  try {
    for (const { turn } of contenders) await turn();
    const turns = await inTurns(contenders, run, ({ perSecond, busy }) => {
      return `${perSecond.toFixed(0)} decisions/s  core busy ${(busy * 100).toFixed(0)} %`;
    });
    const decided = count * (run.rounds + WARM_UPS) * cases.length;
    await place.mustHaveDecided({ ours: decided, bare: decided });
    return cases.map((one) => figureOf(one, turns));
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
    await place.remove();
  }
}

async function turnOf(decider: Decider, ids: readonly string[], atOnce: number): Promise<Turn> {
  const before = cpuSeconds([decider.pid]);
  const { tookMs } = await decider.ask({ ids, atOnce });
  const seconds = tookMs / MS;
  return { perSecond: ids.length / seconds, busy: (cpuSeconds([decider.pid]) - before) / seconds };
}

function figureOf(one: Case, turns: ReadonlyMap<string, readonly Turn[]>): Figure {
  const [ours, bare] = [turns.get(nameOf('ours', one)) ?? [], turns.get(nameOf('bare', one)) ?? []];
  const [mine, other] = [ours.map((turn) => turn.perSecond), bare.map((turn) => turn.perSecond)];
  return {
    bench: 'decisions',
    case: `${one.database}, ${String(one.atOnce)} in flight`,
    value: median(mine),
    unit: 'decisions/s',
    against: 'the bare guarded UPDATE',
    beside: median(other),
    ratio: pairedRatio(mine, other),
    target: { atLeast: one.atLeast },
    busy: { value: median(ours.map((turn) => turn.busy)), beside: median(bare.map((turn) => turn.busy)) },
  };
}

function nameOf(side: 'ours' | 'bare', { database, atOnce }: Pick<Case, 'database' | 'atOnce'>): string {
  return `${side}, ${database}, ${String(atOnce)} in flight`;
}
