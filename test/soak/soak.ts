/**
 * A soak: load at a steady rate on one real `gate serve` while a share of all calls to its fakes goes wrong; then everything is
 * healed, what is due is given time, and it is looked at what was lost, what grew and what was not given back.
 */
import type { Outcome } from '../../src/approval/request.js';
import { broken } from '../faults/checks/checks.js';
import { openJournal, type OpenJournal } from '../faults/journal.js';
import { postTap, produce } from '../faults/people.js';
import { randomOf } from '../faults/random.js';
import { overdue, unfinished, type Rows } from '../faults/truth.js';
import { eventually } from '../fixtures/time/eventually.js';
import { startChecks, type Counted } from './checks.js';
import { evidenceOf, gather } from './evidence.js';
import { examine, type Examination } from './examination.js';
import { handleWrongs } from './handles.js';
import { memoryWrongs } from './memory.js';
import { visitorAddress } from './newest.js';
import { lineOf } from './report.js';
import { beginTraffic, type Tally, type Traffic } from './traffic.js';
import type { WaitingPage } from './waiting-page.js';
import { openFixture, type SoakFixture, type FixtureInput } from './fixture.js';

export type SoakInput = FixtureInput;

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
export async function soak(input: SoakInput, say: (line: string) => void): Promise<SoakReport> {
  const fixture = await openFixture(input);
  try {
    const journal = openJournal();
    await warmUp(fixture, { input, journal });
    const before = await examine(fixture.gate.child);
    const { checks, traffic, samples, loadMs } = await underLoad(fixture, { input, journal, say });
    fixture.trouble(0);
    await settle(fixture, input);
    const gathered = await gather(fixture);
    for (const page of traffic.pages) page.close();
    fixture.connections.destroy(); // the gate keeps an idle one for longer than we wait
    const after = await givenBack(fixture, { input, before });
    const stopped = await stop(fixture);
    const judged = samples.filter(({ sinceMs }) => sinceMs >= input.judgedFromMs);
    return {
      loadMs,
      checks,
      requestsDue: traffic.due(),
      tally: traffic.tally,
      faults: faultsOf(fixture),
      rows: countsOf(gathered.rows),
      listed: gathered.listedByDoctor[0] ?? 0,
      judged,
      before,
      after,
      stopped,
      violations: [
        ...broken(evidenceOf(fixture, { journal, gathered, stopped })),
        ...checkWrongs(checks),
        ...pageWrongs(traffic.pages, gathered.rows),
        ...memoryWrongs(judged, input.memory),
        ...handleWrongs(before.handles, after.handles, input.handles),
      ],
    };
  } finally {
    await fixture.close();
  }
}

/** Makes once what is made at the first need: pools at their full size, directories of people, caches. */
async function warmUp(
  fixture: SoakFixture,
  { input, journal }: { input: SoakInput; journal: OpenJournal },
): Promise<void> {
  const random = randomOf(input.seed, 'warm-up');
  const acts = { fixture: { gates: [fixture.actGate] }, journal, random } as const;
  const opened = Array.from({ length: WARM_UPS }, async (_, index) => {
    const { host, approver } = fixture.places[index % fixture.places.length] ?? fixture.places[0];
    const token = random.hex(16);
    const address = visitorAddress(LAST_VISITOR - index);
    const isOpen = await produce(acts, { token, address, admin: approver, host, ttlSeconds: input.requestTtlSeconds });
    if (!isOpen) throw new Error('the gate takes no request');
    await postTap(fixture.actGate, { token, tapId: random.hex(12), user: approver, verdict: 'approve' });
  });
  await Promise.all(opened);
  await eventually('nothing is due', async () => (await unfinished(fixture.database)) === 0, GIVEN_BACK_WITHIN_MS);
}

const LAST_VISITOR = 131_071;

interface Load {
  readonly input: SoakInput;
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

async function underLoad(fixture: SoakFixture, { input, journal, say }: Load): Promise<Loaded> {
  fixture.trouble(input.faultRate);
  const checks = startChecks({
    port: fixture.gate.ports.gate,
    perSecond: input.checksPerSecond,
    hosts: fixture.places.map(({ host }) => host),
    seed: input.seed,
  });
  try {
    const traffic = beginTraffic({ input, fixture, journal, onLetIn: checks.letIn });
    const samples: Loaded['samples'][number][] = [];
    const startedMs = performance.now();
    for (let sinceMs = 0; sinceMs < input.loadMs;) {
      await pause(Math.min(input.sampleMs, input.loadMs - sinceMs));
      sinceMs = performance.now() - startedMs;
      const seen = await examine(fixture.gate.child);
      samples.push({ ...seen, sinceMs });
      say(
        lineOf({
          sinceMs,
          seen,
          checks: checks.lately(),
          tally: traffic.tally,
          due: await unfinished(fixture.database),
        }),
      );
    }
    const loadMs = performance.now() - startedMs;
    const [counted] = await Promise.all([checks.end(), traffic.end()]);
    return { checks: counted, traffic, samples, loadMs };
  } finally {
    checks.close();
  }
}

async function settle(fixture: SoakFixture, { waitsForExpiry, requestTtlSeconds, settleMs }: SoakInput): Promise<void> {
  if (waitsForExpiry) await pause(requestTtlSeconds * SECOND_MS + EXPIRED_WITHIN_MS);
  const isCaughtUp = async (): Promise<boolean> => (await overdue(fixture.database)) === 0;
  await eventually('nothing that is due waits', isCaughtUp, CAUGHT_UP_WITHIN_MS);
  const isDone = async (): Promise<boolean> => (await unfinished(fixture.database)) === 0;
  await eventually('nothing is due', isDone, settleMs).catch(() => undefined);
}

/** Looks again until all was given back, or for as long as that may take. */
async function givenBack(
  { gate }: SoakFixture,
  { input, before }: { readonly input: SoakInput; readonly before: Examination },
): Promise<Examination> {
  const endMs = performance.now() + GIVEN_BACK_WITHIN_MS;
  for (;;) {
    const after = await examine(gate.child);
    const isGivenBack = handleWrongs(before.handles, after.handles, input.handles).length === 0;
    if (isGivenBack || performance.now() > endMs) return after;
    await pause(SECOND_MS);
  }
}

async function stop({ gate }: SoakFixture): Promise<Stopped> {
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
  const outcomes = new Map<string, Outcome | null>(requests.map(({ address, outcome }) => [address, outcome]));
  return pages.flatMap((page) => {
    const outcome = outcomes.get(page.address) ?? null;
    const told = page.outcome();
    if (page.wasCutOff()) return [`the page of ${page.address} lost its stream`];
    if (told === outcome || (told === 'expired' && outcome === null)) return [];
    return [`the page of ${page.address} was told ${String(told)}, and its request is ${String(outcome)}`];
  });
}

function faultsOf({ peers, mailFaults }: SoakFixture): SoakReport['faults'] {
  const counts = [...peers.faults].map(([name, faults]) => [name, faults.counts] as const);
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
