/**
 * One rolling upgrade of real processes, under load from its beginning to its end:
 *
 *   two of the former version ──one of the new is added, which migrates──▶ both versions side by side
 *   ──each former one is stopped by SIGTERM and begun again as the new──▶ the new version alone ──one goes back──▶ over
 *
 * Then it is checked what people were told, what the database holds and what each person sees.
 */
import { eventually } from '../fixtures/time/eventually.js';
import { askPostgres } from '../faults/crashing-postgres.js';
import { keepEvidence } from '../faults/checks/keep.js';
import { gather, settle } from '../faults/episode.js';
import type { Gate } from '../faults/gate.js';
import { isBusy } from '../faults/inflict.js';
import { tap } from '../faults/people.js';
import { ADA } from '../faults/sites.js';
import { beginStories } from '../faults/stories.js';
import { brokenByUpgrade } from './checks.js';
import { cross, CROSSINGS, SURFACES, type SurfaceName } from './crossings.js';
import { beginPlay, isBroken, isExcused, type Play, type UpgradeInput } from './play.js';
import { isOf, newTokens, openAt, passOn } from './passing-on.js';
import { CAP, openUpgradeFixture, SIDES, type Side } from './fixture.js';

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
  /** Empty: every promise was kept, but for what is excused. */
  readonly violations: readonly string[];
  readonly excused: readonly string[];
  readonly evidenceFile: string | null;
}

/** A former version that is begun again on the migrated database. */
type WayBack =
  | { readonly kind: 'works' }
  | { readonly kind: 'refused'; readonly code: number | null; readonly said: string }
  /** The way there was broken already. */
  | { readonly kind: 'not_tried' };

const FORMER_INSTANCES = 2;
/** What is asked before anything is migrated, and answered when the new version is alone. */
const OPEN_ACROSS = 2;
/** What ends by its time while both versions are there. */
const EXPIRES = 3;
/** As promised. */
const STOPS_WITHIN_MS = 5_000;
const EXPIRES_WITHIN_MS = 15_000;
const NOW = 'floor(extract(epoch FROM clock_timestamp()) * 1000)';

export async function playUpgrade(input: UpgradeInput): Promise<UpgradeReport> {
  const startedMs = performance.now();
  const fixture = await openUpgradeFixture(input);
  try {
    const play = beginPlay(input, fixture);
    for (let number = 0; number < FORMER_INSTANCES; number += 1) await fixture.add('former');
    const load = beginStories({ ...input, fixture, journal: play.journal, most: input.stories });
    await upgrade(play);
    await load.end();
    const wayBack: WayBack = isBroken(play) ? { kind: 'not_tried' } : await goBack(play);
    const found = await examine(play);
    const all = [...play.wrongs, ...found.violations];
    const violations = all.filter((one) => !isExcused(play, one));
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
      excused: all.filter((one) => isExcused(play, one)),
      evidenceFile: violations.length === 0 ? null : found.keep(violations),
    };
  } finally {
    await fixture.close();
  }
}

async function upgrade(play: Play): Promise<void> {
  const { fixture, input, deps } = play;
  const early = [...(await openAt('former', newTokens(OPEN_ACROSS, deps), deps))];
  await demandPending(play, input.newMigrations);
  await fixture.add('new');
  await demandPending(play, 0);
  for (const side of SIDES) early.push(...(await expire(play, side)));
  await Promise.all([passAll(play), crossAll(play, SURFACES)]);
  if (isBroken(play)) return;
  for (const gate of fixture.of('former')) await replace(play, gate, 'new');
  for (const token of early) await decide(play, token);
}

/** What `gate migrate --check` of the new version says would run. */
async function demandPending({ fixture, wrongs }: Play, count: number): Promise<void> {
  const said = await fixture.cli('new', 'migrate', '--check', '--json');
  if ((JSON.parse(said) as readonly string[]).length !== count)
    wrongs.push(`gate migrate --check says ${said.trim()}, and ${String(count)} are to run`);
}

/** Time is up at once for some of that side. The tokens of what was opened behind them, so that every instance looks. */
async function expire({ fixture, deps, wrongs }: Play, side: Side): Promise<readonly string[]> {
  const { url } = fixture.database;
  const tokens = await openAt(side, newTokens(EXPIRES, deps), deps);
  // one row at a time: whoever holds one and waits for another is in somebody's way
  for (const token of tokens)
    await askPostgres(url, `UPDATE requests SET deadline_at = ${NOW} WHERE outcome IS NULL AND ${isOf([token])}`);
  const behind = await openAt(side, newTokens(1, deps), deps);
  const open = `SELECT 1 FROM requests WHERE outcome IS NULL AND ${isOf(tokens)}`;
  const areOver = async (): Promise<boolean> => (await askPostgres(url, open)).length === 0;
  await eventually('their time is over', areOver, EXPIRES_WITHIN_MS).catch(() =>
    wrongs.push(`requests of the ${side} version do not expire`),
  );
  return behind;
}

async function passAll({ input, deps, wrongs }: Play): Promise<void> {
  if (input.passesOn === 'no') return;
  try {
    const missing = await passOn(deps);
    if (input.passesOn === 'demanded') wrongs.push(...missing);
  } catch (error) {
    wrongs.push(String(error));
  }
}

/** Over these surfaces at once; on each of them one after the other. */
async function crossAll({ input, deps, wrongs, tally }: Play, surfaces: readonly SurfaceName[]): Promise<void> {
  const channelQueue = async (over: SurfaceName): Promise<void> => {
    const own = CROSSINGS.filter((crossing) => crossing.over === over);
    for (const crossing of Array.from({ length: input.rounds }, () => own).flat()) {
      const wrong = await cross(crossing, deps);
      if (wrong === null) tally.crossings += 1;
      else wrongs.push(wrong);
    }
  };
  await Promise.all(surfaces.map(channelQueue));
}

async function replace({ fixture, stops, wrongs, tally }: Play, gate: Gate, side: Side): Promise<boolean> {
  const { stopMs, isReady } = await fixture.replace(gate, side);
  stops.push(stopMs);
  tally.isMachineBusy ||= isBusy();
  if (stopMs > STOPS_WITHIN_MS && !tally.isMachineBusy)
    wrongs.push(`${gate.name} took ${stopMs.toFixed(0)} ms to stop`);
  if (!isReady && side === 'new') wrongs.push(`${gate.name} did not come back as the new version`);
  return isReady;
}

async function decide({ fixture, journal, deps, wrongs }: Play, token: string): Promise<void> {
  const { random, calling } = deps;
  const tapId = random.hex(12);
  await tap({ fixture, journal, random, calling }, { token, tapId, user: ADA, verdict: 'approve' });
  if (!journal.taps.some((one) => one.tapId === tapId && one.told === 'decided'))
    wrongs.push('what was asked before the migration could not be decided after it');
}

/** One goes back and works on beside the others, or says why it does not. */
async function goBack(play: Play): Promise<WayBack> {
  const [gate] = play.fixture.gates;
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

async function examine({ input, fixture, journal, tally }: Play): Promise<Examined> {
  fixture.heal();
  await settle(fixture, input.settleMs);
  const [first = fixture.gates[0], ...others] = fixture.of('new');
  const suffered = { kills: 0, stalls: 0, crashes: 0, isMachineBusy: tally.isMachineBusy || isBusy(), broken: [] };
  const evidence = {
    ...(await gather({ ...fixture, gates: [first, ...others] })),
    journal,
    suffered,
    hasOutages: false,
    cap: CAP,
  };
  return {
    violations: brokenByUpgrade(evidence, input.faultRate === 0),
    expired: evidence.rows.requests.filter(({ outcome }) => outcome === 'expired').length,
    listed: evidence.listedByDoctor[0] ?? 0,
    keep: (violations) => keepEvidence(evidence, { seed: input.seed, plan: null, violations }),
  };
}
