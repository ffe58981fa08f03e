/**
 * A soak: load at a steady rate on one real `gate serve` while a share of all calls to its fakes goes wrong; then everything is
 * healed, what is due is given time, and it is looked at what was lost, what grew and what was not given back.
 */
import { broken } from '../faults/checks/checks.js';
import { openJournal, type OpenJournal } from '../faults/journal.js';
import { postTap, produce } from '../faults/people.js';
import { randomOf } from '../faults/random.js';
import { overdue, unfinished, type Rows } from '../faults/truth.js';
import { eventually } from '../e2e/eventually.js';
import { startChecks, type Counted } from './checks.js';
import { evidenceOf, gather } from './evidence.js';
import { examine, type Examination } from './examination.js';
import { handleWrongs } from './handles.js';
import { memoryWrongs } from './memory.js';
import { visitorAddress } from './newest.js';
import { lineOf } from './report.js';
import { beginTraffic, type Tally, type Traffic } from './traffic.js';
import type { WaitingPage } from './waiting-page.js';
import { openWorld, type SoakWorld, type WorldWish } from './world.js';

export type SoakWish = WorldWish;

/** How the process ended when it was told to. */
export interface Stopped {
  /** Whether there was a process to be told. */
  readonly wasRunning: boolean;
  readonly code: number | null;
  readonly tookMs: number;
  readonly wrongs: readonly string[];
}

export interface SoakReport {
  readonly loadMs: number;
  readonly checks: Counted;
  readonly requestsDue: number;
  readonly tally: Tally;
  /** Calls to fakes that went wrong, by whose and how. */
  readonly faults: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly rows: Readonly<Record<keyof Rows, number>>;
  /** Cards and callbacks that were not final at the end, as `gate doctor` counts them. */
  readonly listed: number;
  /** From when memory is judged to the end of the load. */
  readonly judged: readonly Examination[];
  readonly before: Examination;
  readonly after: Examination;
  readonly stopped: Stopped;
  /** Empty: every promise was kept. */
  readonly violations: readonly string[];
}

const SECOND_MS = 1_000;
/** 5 s are promised; a shared machine may need some more to let a process run. */
const STOPS_WITHIN_MS = 6_500;
/** Connections that nobody uses any more are closed by either side within this. */
const GIVEN_BACK_WITHIN_MS = 45_000;
/** What a machine that could not keep up has left to do. */
const CAUGHT_UP_WITHIN_MS = 600_000;
const WARM_UPS = 24;
/** Past its time a request is ended by a timer that is not the request's own. */
const EXPIRED_WITHIN_MS = 15_000;

/** `say`: a line every now and then. */
export async function soak(wish: SoakWish, say: (line: string) => void): Promise<SoakReport> {
  const world = await openWorld(wish);
  try {
    const journal = openJournal();
    await warmUp(world, { wish, journal });
    const before = await examine(world.gate.child);
    const { checks, traffic, samples, loadMs } = await underLoad(world, { wish, journal, say });
    world.trouble(0);
    await settle(world, wish);
    const gathered = await gather(world);
    for (const page of traffic.pages) page.close();
    world.connections.destroy(); // the gate keeps an idle one for longer than we wait
    const after = await givenBack(world, { wish, before });
    const stopped = await stop(world);
    const judged = samples.filter(({ sinceMs }) => sinceMs >= wish.judgedFromMs);
    return {
      loadMs,
      checks,
      requestsDue: traffic.due(),
      tally: traffic.tally,
      faults: faultsOf(world),
      rows: countsOf(gathered.rows),
      listed: gathered.listedByDoctor[0] ?? 0,
      judged,
      before,
      after,
      stopped,
      violations: [
        ...broken(evidenceOf(world, { journal, gathered, stopped })),
        ...checkWrongs(checks),
        ...pageWrongs(traffic.pages, gathered.rows),
        ...memoryWrongs(judged, wish.memory),
        ...handleWrongs(before.handles, after.handles, wish.handles),
      ],
    };
  } finally {
    await world.close();
  }
}

/** Makes once what is made at the first need: pools at their full size, directories of people, caches. */
async function warmUp(world: SoakWorld, { wish, journal }: { wish: SoakWish; journal: OpenJournal }): Promise<void> {
  const random = randomOf(wish.seed, 'warm-up');
  const deeds = { world: { gates: [world.deedGate] }, journal, random } as const;
  const opened = Array.from({ length: WARM_UPS }, async (_, index) => {
    const { host, approver } = world.places[index % world.places.length] ?? world.places[0];
    const token = random.hex(16);
    const address = visitorAddress(LAST_VISITOR - index);
    const isOpen = await produce(deeds, { token, address, admin: approver, host, ttlSeconds: wish.requestTtlSeconds });
    if (!isOpen) throw new Error('the gate takes no request');
    await postTap(world.deedGate, { token, tapId: random.hex(12), user: approver, verdict: 'approve' });
  });
  await Promise.all(opened);
  await eventually('nothing is due', async () => (await unfinished(world.database)) === 0, GIVEN_BACK_WITHIN_MS);
}

const LAST_VISITOR = 131_071;

interface Load {
  readonly wish: SoakWish;
  readonly journal: OpenJournal;
  readonly say: (line: string) => void;
}

interface Loaded {
  readonly checks: Counted;
  readonly traffic: Traffic;
  readonly samples: readonly (Examination & { readonly sinceMs: number })[];
  /** How long it really was. */
  readonly loadMs: number;
}

async function underLoad(world: SoakWorld, { wish, journal, say }: Load): Promise<Loaded> {
  world.trouble(wish.faultRate);
  const checks = startChecks({
    port: world.gate.ports.gate,
    perSecond: wish.checksPerSecond,
    hosts: world.places.map(({ host }) => host),
    seed: wish.seed,
  });
  try {
    const traffic = beginTraffic({ wish, world, journal, onLetIn: checks.letIn });
    const samples: Loaded['samples'][number][] = [];
    const startedMs = performance.now();
    for (let sinceMs = 0; sinceMs < wish.loadMs;) {
      await pause(Math.min(wish.sampleMs, wish.loadMs - sinceMs));
      sinceMs = performance.now() - startedMs;
      const seen = await examine(world.gate.child);
      samples.push({ ...seen, sinceMs });
      say(
        lineOf({ sinceMs, seen, checks: checks.lately(), tally: traffic.tally, due: await unfinished(world.database) }),
      );
    }
    const loadMs = performance.now() - startedMs;
    const [counted] = await Promise.all([checks.end(), traffic.end()]);
    return { checks: counted, traffic, samples, loadMs };
  } finally {
    checks.close();
  }
}

async function settle(world: SoakWorld, { waitsForExpiry, requestTtlSeconds, settleMs }: SoakWish): Promise<void> {
  if (waitsForExpiry) await pause(requestTtlSeconds * SECOND_MS + EXPIRED_WITHIN_MS);
  const isCaughtUp = async (): Promise<boolean> => (await overdue(world.database)) === 0;
  await eventually('nothing that is due waits', isCaughtUp, CAUGHT_UP_WITHIN_MS);
  const isDone = async (): Promise<boolean> => (await unfinished(world.database)) === 0;
  await eventually('nothing is due', isDone, settleMs).catch(() => undefined);
}

/** Looks again until all was given back, or for as long as that may take. */
async function givenBack(
  { gate }: SoakWorld,
  { wish, before }: { readonly wish: SoakWish; readonly before: Examination },
): Promise<Examination> {
  const endMs = performance.now() + GIVEN_BACK_WITHIN_MS;
  for (;;) {
    const after = await examine(gate.child);
    const isGivenBack = handleWrongs(before.handles, after.handles, wish.handles).length === 0;
    if (isGivenBack || performance.now() > endMs) return after;
    await pause(SECOND_MS);
  }
}

async function stop({ gate }: SoakWorld): Promise<Stopped> {
  const { child } = gate;
  const wasRunning = child.exitCode === null && child.signalCode === null;
  const startedMs = performance.now();
  const code = await gate.stop();
  const tookMs = performance.now() - startedMs;
  const wrongs = [
    ...(tookMs > STOPS_WITHIN_MS ? [`the gate took ${tookMs.toFixed(0)} ms to stop`] : []),
    ...(code === 0 ? [] : [`the gate ended with ${String(code)}`]),
  ];
  return { wasRunning, code, tookMs, wrongs };
}

function checkWrongs({ wrong, failed, examples }: Counted): readonly string[] {
  return [
    ...(wrong === 0 ? [] : [`${String(wrong)} checks were answered wrong: ${examples.join('; ')}`]),
    ...(failed === 0 ? [] : [`${String(failed)} checks were sent and got no answer`]),
  ];
}

/** A page that waits is told the outcome there is, once there is one; its time may have run out after the rows were read. */
function pageWrongs(pages: readonly WaitingPage[], { requests }: Rows): readonly string[] {
  const outcomes = new Map(requests.map(({ address, outcome }) => [address, outcome]));
  return pages.flatMap((page) => {
    const outcome = outcomes.get(page.address) ?? null;
    const told = page.outcome();
    if (page.wasCutOff()) return [`the page of ${page.address} lost its stream`];
    if (told === outcome || (told === 'expired' && outcome === null)) return [];
    return [`the page of ${page.address} was told ${String(told)}, and its request is ${String(outcome)}`];
  });
}

function faultsOf({ peers, mailFaults }: SoakWorld): SoakReport['faults'] {
  const counts = [...peers.fates].map(([name, fates]) => [name, fates.counts] as const);
  return new Map<string, ReadonlyMap<string, number>>([...counts, ['mails', mailFaults]]);
}

function countsOf(rows: Rows): SoakReport['rows'] {
  const { requests, deliveries, attempts, grants, audit, slots } = rows;
  return {
    requests: requests.length,
    deliveries: deliveries.length,
    attempts: attempts.length,
    grants: grants.length,
    audit: audit.length,
    slots: slots.length,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
