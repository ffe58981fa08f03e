/**
 * One rolling upgrade of real processes, under load from its beginning to its end:
 *
 *   two of the former version ──one of the new is added, which migrates──▶ both versions side by side
 *   ──each former one is stopped by SIGTERM and begun again as the new──▶ the new version alone ──one goes back──▶ over
 *
 * Then it is checked what people were told, what the database holds and what each person sees.
 */
import { sha256Hex } from '../../src/base/digest.js';
import { eventually } from '../e2e/eventually.js';
import { askPostgres } from '../faults/crashing-postgres.js';
import { keepEvidence } from '../faults/checks/keep.js';
import { gather, settle } from '../faults/episode.js';
import type { Gate } from '../faults/gate.js';
import { isBusy, STOPS_WITHIN_MS } from '../faults/inflict.js';
import { openJournal, type OpenJournal } from '../faults/journal.js';
import { produce, tap, type Calling } from '../faults/people.js';
import { randomOf } from '../faults/random.js';
import { ADA, BOB, CAP } from '../faults/sites.js';
import { beginStories } from '../faults/stories.js';
import type { Built } from './build.js';
import { brokenByUpgrade } from './checks.js';
import { cross, CROSSINGS, SURFACES, type CrossingParts, type SurfaceName } from './crossings.js';
import { openUpgradeWorld, type Side, type UpgradeWorld } from './world.js';

export interface UpgradeWish {
  readonly seed: string;
  readonly former: Pick<Built, 'root' | 'channels'>;
  /** Where the new version was built to `<root>/dist`. */
  readonly root: string;
  /** How many migrations the new version has and the former has not. */
  readonly newMigrations: number;
  /** Stories at a time, and in all. */
  readonly people: number;
  readonly stories: number;
  /** How often each pair of who opens and who decides crosses over each surface. */
  readonly rounds: number;
  /** Share of calls to each fake that go wrong. */
  readonly faultRate: number;
  /** How long what is due may take at the end; what is not done by then has to be listed. */
  readonly settleMs: number;
  readonly calling: Calling;
}

export interface UpgradeReport {
  readonly requests: number;
  readonly taps: number;
  readonly crossings: number;
  readonly expired: number;
  readonly listed: number;
  /** How long each graceful stop took, in milliseconds. */
  readonly stops: readonly number[];
  readonly wayBack: WayBack;
  readonly tookMs: number;
  /** Empty: every promise was kept. */
  readonly violations: readonly string[];
  readonly evidenceFile: string | null;
}

/** A former version that is begun again on the migrated database. */
export type WayBack =
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly code: number | null; readonly said: string }
  /** The way there was broken already. */
  | { readonly kind: 'not_tried' };

interface Play {
  readonly wish: UpgradeWish;
  readonly world: UpgradeWorld;
  readonly journal: OpenJournal;
  readonly parts: CrossingParts;
  readonly wrongs: string[];
  readonly stops: number[];
  readonly tally: { crossings: number; isMachineBusy: boolean };
}

const FORMER_INSTANCES = 2;
/** What is asked before anything is migrated, and answered when the new version is alone. */
const OPEN_ACROSS = 2;
/** What ends by its time while both versions are there. */
const EXPIRES = 3;
const EXPIRES_WITHIN_MS = 15_000;
const TTL_SECONDS = 600;

export async function playUpgrade(wish: UpgradeWish): Promise<UpgradeReport> {
  const startedMs = performance.now();
  const world = await openUpgradeWorld(wish);
  try {
    const play = beginPlay(wish, world);
    for (let number = 0; number < FORMER_INSTANCES; number += 1) await world.add('former');
    const load = beginStories({ ...wish, world, journal: play.journal, most: wish.stories });
    await upgrade(play);
    await load.end();
    const wayBack: WayBack = play.wrongs.length > 0 ? { kind: 'not_tried' } : await goBack(play);
    const found = await examine(play);
    const violations = [...play.wrongs, ...found.violations];
    return {
      requests: play.journal.requests.length,
      taps: play.journal.taps.length,
      crossings: play.tally.crossings,
      expired: found.expired,
      listed: found.listed,
      stops: play.stops,
      wayBack,
      tookMs: performance.now() - startedMs,
      violations,
      evidenceFile: violations.length === 0 ? null : found.keep(violations),
    };
  } finally {
    await world.close();
  }
}

function beginPlay(wish: UpgradeWish, world: UpgradeWorld): Play {
  const journal = openJournal();
  let addresses = 0;
  const nextAddress = (): string => {
    addresses += 1;
    return `198.19.${String(addresses >> 8)}.${String(addresses & 255)}`;
  };
  const parts = { world, journal, random: randomOf(wish.seed, 'crossings'), calling: wish.calling, nextAddress };
  return { wish, world, journal, parts, wrongs: [], stops: [], tally: { crossings: 0, isMachineBusy: isBusy() } };
}

async function upgrade(play: Play): Promise<void> {
  const { world, wish, wrongs } = play;
  const early = await opened(play, 'former', OPEN_ACROSS);
  await demandPending(play, wish.newMigrations);
  await world.add('new');
  await demandPending(play, 0);
  const hastened = [...(await opened(play, 'former', EXPIRES)), ...(await opened(play, 'new', EXPIRES))];
  await expire(play, hastened);
  await crossAll(play);
  if (wrongs.length > 0) return; // there is no sense in going on
  for (const gate of world.of('former')) await replace(play, gate, 'new');
  for (const token of early) await decide(play, token);
}

/** The tokens of those that were opened. */
async function opened({ world, parts, journal }: Play, side: Side, count: number): Promise<readonly string[]> {
  const { random, calling, nextAddress } = parts;
  const [first, ...others] = world.of(side);
  if (first === undefined) return [];
  const tokens: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const ask = {
      token: random.hex(16),
      address: nextAddress(),
      admin: random.pick([ADA, BOB]),
      ttlSeconds: TTL_SECONDS,
    };
    const deeds = { world: { gates: [first, ...others] as const }, journal, random, calling };
    if (await produce(deeds, ask)) tokens.push(ask.token);
  }
  return tokens;
}

/** What `gate migrate --check` of the new version says would run. */
async function demandPending({ world, wrongs }: Play, count: number): Promise<void> {
  const said = await world.cli('new', 'migrate', '--check', '--json');
  if ((JSON.parse(said) as readonly string[]).length !== count)
    wrongs.push(`gate migrate --check says ${said.trim()}, and ${String(count)} are to run`);
}

/** Their time is moved up in the database; the hint of any other change makes every instance look. */
async function expire({ world, wrongs }: Play, tokens: readonly string[]): Promise<void> {
  const { database } = world;
  if (tokens.length === 0) return;
  const hashes = tokens.map((token) => `'${sha256Hex(token)}'`).join();
  await askPostgres(
    database.url,
    `UPDATE requests SET deadline_at = floor(extract(epoch FROM clock_timestamp()) * 1000)
     WHERE outcome IS NULL AND token_hash IN (${hashes})`,
  );
  const open = `SELECT id FROM requests WHERE outcome IS NULL AND token_hash IN (${hashes})`;
  const isOver = async (): Promise<boolean> => (await askPostgres(database.url, open)).length === 0;
  await eventually('their time is over', isOver, EXPIRES_WITHIN_MS).catch(() => wrongs.push('requests do not expire'));
}

/** Over all surfaces at once; on each of them one after the other. */
async function crossAll({ wish, parts, wrongs, tally }: Play, surfaces = SURFACES): Promise<void> {
  const lane = async (over: SurfaceName): Promise<void> => {
    const own = CROSSINGS.filter((crossing) => crossing.over === over);
    for (const crossing of Array.from({ length: wish.rounds }, () => own).flat()) {
      const wrong = await cross(crossing, parts);
      if (wrong === null) tally.crossings += 1;
      else wrongs.push(wrong);
    }
  };
  await Promise.all(surfaces.map(lane));
}

async function replace({ world, stops, wrongs, tally }: Play, gate: Gate, side: Side): Promise<boolean> {
  const { stopMs, isReady } = await world.replace(gate, side);
  stops.push(stopMs);
  tally.isMachineBusy ||= isBusy();
  if (stopMs > STOPS_WITHIN_MS && !tally.isMachineBusy)
    wrongs.push(`${gate.name} took ${stopMs.toFixed(0)} ms to stop`);
  if (!isReady && side === 'new') wrongs.push(`${gate.name} did not come back as the new version`);
  return isReady;
}

async function decide({ world, journal, parts, wrongs }: Play, token: string): Promise<void> {
  const { random, calling } = parts;
  const tapId = random.hex(12);
  await tap({ world, journal, random, calling }, { token, tapId, user: ADA, verdict: 'approve' });
  if (!journal.taps.some((one) => one.tapId === tapId && one.told === 'decided'))
    wrongs.push('what was asked before the migration could not be decided after it');
}

/** One goes back and works on beside the others, or says why it does not. */
async function goBack(play: Play): Promise<WayBack> {
  const [gate] = play.world.gates;
  if (await replace(play, gate, 'former')) {
    await crossAll(play, ['talk']);
    return { kind: 'works' };
  }
  const { code = null, said = '' } = gate.unbidden.at(-1) ?? {};
  if (code === null || said === '') play.wrongs.push(`the former version ended with ${String(code)}, saying “${said}”`);
  return { kind: 'refused', code, said };
}

interface Examined {
  readonly violations: readonly string[];
  readonly expired: number;
  readonly listed: number;
  /** Answers the file. */
  keep(violations: readonly string[]): string;
}

async function examine({ wish, world, journal, tally }: Play): Promise<Examined> {
  world.heal();
  await settle(world, wish.settleMs);
  const [first = world.gates[0], ...others] = world.of('new');
  const suffered = { kills: 0, stalls: 0, crashes: 0, isMachineBusy: tally.isMachineBusy || isBusy(), broken: [] };
  const evidence = {
    ...(await gather({ ...world, gates: [first, ...others] })),
    journal,
    suffered,
    hasOutages: false,
    cap: CAP,
  };
  return {
    violations: brokenByUpgrade(evidence, wish.faultRate === 0),
    expired: evidence.rows.requests.filter(({ outcome }) => outcome === 'expired').length,
    listed: evidence.listedByDoctor[0] ?? 0,
    keep: (violations) => keepEvidence(evidence, { seed: wish.seed, plan: null, violations }),
  };
}
