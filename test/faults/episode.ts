/**
 * One episode: a fixture of its own, people, and faults by a plan, all from one seed; then everything is healed, what is due is
 * given time, and every promise is checked against what people were told, what the database holds and what each person sees.
 */
import { LIMITS, type Limits } from '../../src/delivery/limits.js';
import { eventually } from '../fixtures/time/eventually.js';
import { broken } from './checks/checks.js';
import type { Evidence } from './checks/evidence.js';
import { keepEvidence } from './checks/keep.js';
import type { Gate } from './gate.js';
import { inflict, type Suffered } from './inflict.js';
import { openJournal } from './journal.js';
import { lookIn } from './people.js';
import { planOf, type PlanInput } from './plan.js';
import { beginStories, MOST_STORIES } from './stories.js';
import { CAP } from './sites.js';
import { readRows, unfinished } from './truth.js';
import { openFixture, type Fixture } from './fixture.js';

export interface EpisodeInput extends PlanInput {
  /** Share of calls to each fake that go wrong. */
  readonly faultRate: number;
  readonly people: number;
  /** How long what is due may take when all is healed; what is not done by then has to be listed. */
  readonly settleMs: number;
  /** A mutant's folder; the product's own where absent. */
  readonly root?: string;
}

export interface EpisodeReport extends Suffered {
  readonly seed: string;
  readonly requests: number;
  readonly taps: number;
  readonly unanswered: number;
  /** Cards and callbacks that were not final at the end, and listed. */
  readonly listed: number;
  readonly tookMs: number;
  /** Empty: every promise was kept. */
  readonly violations: readonly string[];
  /** Where the evidence of a broken promise lies; null where none was broken. */
  readonly evidenceFile: string | null;
}

/** Short enough for leases to run out within an episode; everything else in proportion. */
const SHORT_LIMITS: Limits = {
  ...LIMITS,
  attemptMs: 2_500,
  graceMs: 300,
  leaseMs: 1_500,
  idlePollMs: 1_000,
  contendedMs: 50,
  ledgerBackoffMs: { first: 50, longest: 500 },
  probeMs: { first: 500, longest: 2_000 },
};

const READY_WITHIN_MS = 30_000;

export async function playEpisode(input: EpisodeInput): Promise<EpisodeReport> {
  const startedMs = performance.now();
  const fixture = await openFixture({ ...input, limits: SHORT_LIMITS });
  try {
    const journal = openJournal();
    await allReady(fixture.gates);
    const stories = beginStories({ seed: input.seed, fixture, journal, people: input.people, most: MOST_STORIES });
    const plan = planOf(input);
    const suffered = await inflict(plan, fixture, SHORT_LIMITS);
    await stories.end();
    await heal(fixture);
    await settle(fixture, input.settleMs);
    const evidence = { ...(await gather(fixture)), journal, suffered, hasOutages: fixture.postgres !== null, cap: CAP };
    const violations = broken(evidence);
    return {
      ...suffered,
      seed: input.seed,
      requests: journal.requests.length,
      taps: journal.taps.length,
      unanswered: journal.unanswered,
      listed: evidence.listedByDoctor[0] ?? 0,
      tookMs: performance.now() - startedMs,
      violations,
      evidenceFile: violations.length === 0 ? null : keepEvidence(evidence, { seed: input.seed, plan, violations }),
    };
  } finally {
    await fixture.close();
  }
}

async function heal({ faults, gates, wires }: Fixture): Promise<void> {
  for (const fate of faults) fate.heal();
  for (const wire of wires) wire.thaw('held');
  for (const gate of gates) gate.wake();
  await allReady(gates);
}

async function allReady(gates: readonly Gate[]): Promise<void> {
  for (const gate of gates) {
    if (await gate.becomesReady(READY_WITHIN_MS)) continue;
    const said = gate.unbidden.at(-1)?.said ?? 'it runs';
    throw new Error(`${gate.name} did not become ready: ${said}`);
  }
}

/** Resolves when nothing is due any more, or when it has waited so long. */
export async function settle({ database }: Pick<Fixture, 'database'>, withinMs: number): Promise<void> {
  await eventually('nothing is due', async () => (await unfinished(database)) === 0, withinMs).catch(() => undefined);
}

type Gathered = Pick<Evidence, 'rows' | 'fakes' | 'gates' | 'trail' | 'listedByDoctor' | 'letsIn'>;

/** What there is to see once everything is over; the first gate is asked for the trail. */
export async function gather({
  gates,
  fakes,
  database,
}: Pick<Fixture, 'gates' | 'fakes' | 'database'>): Promise<Gathered> {
  const { rows, listedByDoctor } = await atOneMoment({ gates, database });
  const addresses = [...new Set([...rows.requests, ...rows.grants].map(({ address }) => address))];
  const letsIn = new Map<string, readonly boolean[]>();
  for (const address of addresses) {
    const answers = await Promise.all(gates.map((gate) => lookIn(gate, address)));
    letsIn.set(
      address,
      answers.map((answer) => answer?.status === 204),
    );
  }
  const trail = await gates[0].cli('audit', 'verify', '--json');
  return { rows, fakes, gates, trail, listedByDoctor, letsIn };
}

/** Where much is still due, a card may become final between two looks: they are compared when nothing did. */
async function atOneMoment({ gates, database }: Pick<Fixture, 'gates' | 'database'>) {
  let rows = await readRows(database);
  for (;;) {
    const listedByDoctor = await Promise.all(gates.map(listedBy));
    const after = await readRows(database);
    if (JSON.stringify(after.deliveries) === JSON.stringify(rows.deliveries)) return { rows: after, listedByDoctor };
    rows = after;
  }
}

/** Counts what the doctor names, and what it only counts. */
export async function listedBy(gate: Pick<Gate, 'admin'>): Promise<number> {
  const answer = await gate.admin({ path: '/v1/doctor' });
  const { checks } = JSON.parse(answer?.text ?? '{"checks":[]}') as {
    checks: { name: string; isOk: boolean; detail: string }[];
  };
  const lists = checks.filter(({ name, isOk }) => !isOk && LISTS.has(name));
  return lists.reduce((sum, { detail }) => sum + named(detail), 0);
}

const LISTS = new Set(['stragglers', 'lost cards', 'cards given up']);

function named(detail: string): number {
  const more = /, and (?:at least )?(\d+) more$/.exec(detail);
  return detail.replace(more?.[0] ?? '', '').split(' on ').length - 1 + Number(more?.[1] ?? 0);
}
