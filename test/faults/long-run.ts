/**
 * Episodes until so many processes were killed, those on each database one after the other and both databases at once: a
 * line each as they end, what broke and where its evidence lies, and one line for all of them.
 */
import { playEpisode, type EpisodeReport } from './episode.js';
import { DATABASES, LONGER, SHORT, type DatabaseName } from './sizes.js';

export interface LongInput {
  readonly seed: string;
  /** Processes to kill in all. */
  readonly kills: number;
  /** No episode begins after so long. */
  readonly minutes: number;
  /** One episode that is played alone. */
  readonly only: EpisodeName | null;
  /** Null: both. */
  readonly database: DatabaseName | null;
  /** Whether episodes are as short as those of the tests. */
  readonly isShort: boolean;
}

export interface EpisodeName {
  readonly database: DatabaseName;
  readonly number: number;
}

interface Tally {
  episodes: number;
  kills: number;
  stalls: number;
  crashes: number;
  requests: number;
  taps: number;
  broken: number;
}

interface Run {
  readonly input: LongInput;
  readonly tally: Tally;
  readonly endMs: number;
  readonly say: (line: string) => void;
}

/** Whether every promise was kept, through all the kills that were wanted. */
export async function runLong(input: LongInput, say: (line: string) => void): Promise<boolean> {
  const endMs = performance.now() + input.minutes * 60_000;
  const tally: Tally = { episodes: 0, kills: 0, stalls: 0, crashes: 0, requests: 0, taps: 0, broken: 0 };
  const run = { input, tally, endMs, say };
  say(`seed ${input.seed}`);
  if (input.only !== null) await play(run, input.only);
  else
    await Promise.all(
      DATABASES.filter((name) => name === (input.database ?? name)).map((name) => channelQueue(run, name)),
    );
  const isEnough = input.only !== null || tally.kills >= input.kills;
  say(summary(tally, input, isEnough));
  return tally.broken === 0 && isEnough;
}

async function channelQueue(run: Run, database: DatabaseName): Promise<void> {
  const { tally, input, endMs } = run;
  for (let number = 1; tally.kills < input.kills && performance.now() < endMs; number += 1) {
    await play(run, { database, number });
  }
}

async function play({ input, tally, say }: Run, { database, number }: EpisodeName): Promise<void> {
  const size = (input.isShort ? SHORT : LONGER)[database];
  const name = `${database}/${String(number)}`;
  tally.episodes += 1;
  try {
    const report = await playEpisode({ ...size, seed: `${input.seed}/${name}` });
    count(tally, report);
    say(`${name}: ${inWords(report)}; ${String(tally.kills)} of ${String(input.kills)} kills so far`);
    for (const violation of report.violations) say(`  broken: ${violation}`);
    if (report.evidenceFile !== null) say(`  evidence: ${report.evidenceFile}`);
  } catch (error) {
    tally.broken += 1;
    say(`${name}: BROKEN, and could not be played to its end`);
    say(`  ${error instanceof Error ? error.message : String(error)}`);
  }
}

function count(tally: Tally, { kills, stalls, crashes, requests, taps, violations }: EpisodeReport): void {
  tally.kills += kills;
  tally.stalls += stalls;
  tally.crashes += crashes;
  tally.requests += requests;
  tally.taps += taps;
  tally.broken += violations.length;
}

function inWords({ tookMs, violations, ...report }: EpisodeReport): string {
  const { kills, stalls, crashes, requests, taps, unanswered, listed } = report;
  const suffered = `${String(kills)} kills, ${String(stalls)} stalls, ${String(crashes)} crashes`;
  const told = `${String(requests)} requests, ${String(taps)} taps, ${String(unanswered)} calls without an answer`;
  const verdict = violations.length === 0 ? 'all kept' : 'BROKEN';
  return `${suffered}; ${told}; ${String(listed)} listed; ${(tookMs / 1_000).toFixed(0)} s; ${verdict}`;
}

function summary(tally: Tally, { seed, kills }: LongInput, isEnough: boolean): string {
  const suffered = `${String(tally.kills)} kills, ${String(tally.stalls)} stalls, ${String(tally.crashes)} database crashes`;
  const told = `${String(tally.requests)} requests and ${String(tally.taps)} taps acknowledged`;
  const short = isEnough ? '' : `; only ${String(tally.kills)} of ${String(kills)} kills fitted into the time`;
  return `${String(tally.episodes)} episodes: ${suffered}, ${told}, ${String(tally.broken)} promises broken${short}; seed ${seed}`;
}
