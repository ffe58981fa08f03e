/**
 * Turns of sweeps: batch after batch with a pause in between, each a short write to rows that nothing else uses any more.
 * Afterwards an event, and an audit entry where records were deleted, say how much went. What is swept, and when, is
 * decided by the caller.
 */
import type { AuditLedger, SweepCursor, Swept } from '../../contract/ledger.js';
import type { Events } from '../../events/events.js';
import { leasedTurns, type LeasedTurns, type Turn, type TurnDeps } from '../leased-turns.js';

/** The first turn waits a little, because a process that starts has more urgent work. */
const FIRST_AFTER_MS = 2_000;
const EVERY_MS = 3_600_000;
const PAUSE_MS = 50;
/** Told after so many batches, so that a process that dies leaves at most these untold. */
const TOLD_EVERY_BATCHES = 200;

/** Sweeps one batch, from where the last one ended; null: from the beginning. */
export type SweepBatch = (after: SweepCursor | null) => Promise<Swept>;

export interface SweepingDeps extends TurnDeps {
  /** Names the lease, and the work in the log. */
  readonly name: string;
  /** Each is asked again until nothing is left to look at, then the next. */
  readonly sweeps: readonly SweepBatch[];
  readonly audit: Pick<AuditLedger, 'add'>;
  readonly events: Events;
  /** What is swept here counts as records, too. */
  readonly alsoRecords?: readonly string[];
}

export function sweepingTurns({ name, sweeps, audit, events, alsoRecords = [], ...deps }: SweepingDeps): LeasedTurns {
  return leasedTurns(
    {
      name,
      firstAfterMs: FIRST_AFTER_MS,
      everyMs: EVERY_MS,
      pauseMs: PAUSE_MS,
      isDue: () => Promise.resolve(true),
      turn: (turn) => sweepAll({ sweeps, audit, events, alsoRecords }, turn),
    },
    deps,
  );
}

type Work = Required<Pick<SweepingDeps, 'sweeps' | 'audit' | 'events' | 'alsoRecords'>>;

async function sweepAll(work: Work, { mayGoOn }: Turn): Promise<void> {
  const tally = createTally();
  try {
    for (const sweep of work.sweeps) if (!(await sweepOne(sweep, work, { tally, mayGoOn }))) return;
  } finally {
    await tell(tally, work);
  }
}

/** False: the turn is to end. */
async function sweepOne(
  sweep: SweepBatch,
  work: Work,
  { tally, mayGoOn }: Pick<Turn, 'mayGoOn'> & { readonly tally: Tally },
): Promise<boolean> {
  let after: SweepCursor | null = null;
  do {
    const swept: Swept = await sweep(after);
    tally.add(swept);
    if (tally.batches() >= TOLD_EVERY_BATCHES) await tell(tally, work);
    if (!(await mayGoOn())) return false;
    after = swept.next;
  } while (after !== null);
  return true;
}

type Counts = Readonly<Record<string, number>>;

interface Tally {
  add(swept: { readonly removed: Counts; readonly erased: Counts }): void;
  /** Since it was last taken. */
  batches(): number;
  take(): { readonly removed: Counts; readonly erased: Counts };
}

function createTally(): Tally {
  let batches = 0;
  let removed: Counts = {};
  let erased: Counts = {};
  return {
    add(swept) {
      batches += 1;
      removed = sum(removed, swept.removed);
      erased = sum(erased, swept.erased);
    },
    batches: () => batches,
    take() {
      const taken = { removed, erased };
      batches = 0;
      removed = {};
      erased = {};
      return taken;
    },
  };
}

function sum(one: Counts, other: Counts): Counts {
  const all = { ...one };
  for (const [name, count] of Object.entries(other)) if (count > 0) all[name] = (all[name] ?? 0) + count;
  return all;
}

/** Only deleted records get an entry in the trail; keys and codes that ran out do not. */
const RECORDS: ReadonlySet<string> = new Set([
  'requests',
  'deliveries',
  'messages',
  'attempts',
  'dead_letters',
  'failures',
  'grants',
]);

/** The event first, because it cannot fail: it needs no database. */
async function tell(tally: Tally, { audit, events, alsoRecords }: Omit<Work, 'sweeps'>): Promise<void> {
  const { removed, erased } = tally.take();
  if (Object.keys(removed).length + Object.keys(erased).length === 0) return;
  events.emit({ event: 'auth_gate.retention', removed, erased });
  const isRecord = (name: string) => RECORDS.has(name) || alsoRecords.includes(name);
  const isOfRecords = Object.keys(removed).some(isRecord) || Object.keys(erased).length > 0;
  if (!isOfRecords) return;
  const detail = { ...prefixed('removed', removed), ...prefixed('erased', erased) };
  await audit.add({ who: 'clock', what: 'retention', surface: 'clock', site: null, address: null, detail }, null);
}

function prefixed(verb: string, counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${verb}_${name}`, count]));
}
