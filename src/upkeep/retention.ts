/**
 * Retention: what is past goes after the configured days. One batch after the other with a pause in between, each a short
 * write of rows that nobody else wants any more; then the event stream, and the audit trail where records went, say how
 * much it was.
 */
import type { AuditLedger, RetentionDays, RetentionLedger, Sweep, SweepCursor, Swept } from '../contract/ledger.js';
import type { Events } from '../events/events.js';
import { leasedTurns, type LeasedTurns, type Turn, type TurnSeams } from './leased-turns.js';

/** Not with the start itself, when a process has more to do. */
const FIRST_AFTER_MS = 2_000;
const EVERY_MS = 3_600_000;
const PAUSE_MS = 50;
const DAY_MS = 86_400_000;
/** A process that dies has told all but its last so many batches. */
const TOLD_EVERY_BATCHES = 200;
/** Rows a batch. A request comes with its deliveries and attempts, so there are fewer of them. */
const BATCH = 200;
const REQUESTS_BATCH = 25;
/** They are over; yet one who comes back a little later is better told that it is over than that it is unknown. */
const SIGN_IN_DAYS = 1;

export interface RetentionParts extends TurnSeams {
  readonly retention: RetentionLedger;
  readonly audit: Pick<AuditLedger, 'add'>;
  readonly events: Events;
  readonly days: RetentionDays;
}

interface Planned {
  readonly what: Sweep;
  readonly olderThanMs: number;
  readonly limit: number;
}

/** Attempts before the requests they hang on, so that the large part goes in batches of its own. */
export function planOf(days: RetentionDays): readonly Planned[] {
  const kept: readonly (readonly [Sweep, number])[] = [
    ['audit_addresses', days.addresses],
    ['audit_people', days.audit],
    ['request_addresses', days.addresses],
    ['attempts', days.attempts],
    ['requests', days.requests],
    ['dead_letters', days.deadLetters],
    ['grants_over', days.addresses],
    ['grants_revoked', days.addresses],
    ['windows', days.addresses],
    ['sign_in_links', SIGN_IN_DAYS],
    ['sessions', SIGN_IN_DAYS],
  ];
  const over: readonly Sweep[] = ['replays', 'mutes', 'link_codes'];
  return [
    ...kept.filter(([, wanted]) => wanted > 0).map(([what, wanted]) => planned(what, wanted * DAY_MS)),
    ...over.map((what) => planned(what, 0)),
  ];
}

function planned(what: Sweep, olderThanMs: number): Planned {
  return { what, olderThanMs, limit: what === 'requests' ? REQUESTS_BATCH : BATCH };
}

export function createRetention(parts: RetentionParts): LeasedTurns {
  const { retention, audit, events, days, ...seams } = parts;
  const work = { retention, audit, events, plan: planOf(days) };
  return leasedTurns(
    {
      name: 'retention',
      firstAfterMs: FIRST_AFTER_MS,
      everyMs: EVERY_MS,
      pauseMs: PAUSE_MS,
      isDue: () => Promise.resolve(true),
      turn: (turn) => sweepAll(work, turn),
    },
    seams,
  );
}

type Work = Pick<RetentionParts, 'retention' | 'audit' | 'events'> & { readonly plan: readonly Planned[] };

async function sweepAll(work: Work, { mayGoOn }: Turn): Promise<void> {
  const tally = createTally();
  try {
    for (const batch of work.plan) if (!(await sweepOne(batch, work, { tally, mayGoOn }))) return;
  } finally {
    await tell(tally, work);
  }
}

/** False: the turn is to end. */
async function sweepOne(
  batch: Planned,
  work: Work,
  { tally, mayGoOn }: Pick<Turn, 'mayGoOn'> & { readonly tally: Tally },
): Promise<boolean> {
  let after: SweepCursor | null = null;
  do {
    const swept: Swept = await work.retention.sweep({ ...batch, after });
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

/** What is worth an entry in the trail: records. Keys and codes that ran out are not. */
const RECORDS: ReadonlySet<string> = new Set(['requests', 'deliveries', 'attempts', 'dead_letters', 'grants']);

/** The event first: it needs no database. */
async function tell(tally: Tally, { audit, events }: Pick<Work, 'audit' | 'events'>): Promise<void> {
  const { removed, erased } = tally.take();
  if (Object.keys(removed).length + Object.keys(erased).length === 0) return;
  events.emit({ event: 'auth_gate.retention', removed, erased });
  const isOfRecords = Object.keys(removed).some((name) => RECORDS.has(name)) || Object.keys(erased).length > 0;
  if (!isOfRecords) return;
  const detail = { ...prefixed('removed', removed), ...prefixed('erased', erased) };
  await audit.add({ who: 'clock', what: 'retention', surface: 'clock', site: null, address: null, detail }, null);
}

function prefixed(verb: string, counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${verb}_${name}`, count]));
}
