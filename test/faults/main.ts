/** `npm run faults`: episodes by one seed until so many processes were killed; a line an episode, a summary, the seed. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { playEpisode, type EpisodeReport } from './episode.js';
import { LONG } from './sizes.js';

const USAGE = `npm run faults [-- --seed <text>] [--kills <count>] [--minutes <count>] [--only <episode>]

Kills, stops, cuts and misleads real gate processes, on SQLite and on PostgreSQL with three, and checks every promise
after each episode. The seed gives the same plan, the same people and the same fates; how they interleave is the machine's.

--seed     of an earlier run
--kills    processes to kill in all; default ${String(LONG.kills)}
--minutes  begins no episode after so long; default ${String(LONG.minutes)}
--only     one episode alone, by its number

Exit codes: 0 every promise was kept, 1 one was broken, 64 this help.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    kills: { type: 'string', default: String(LONG.kills) },
    minutes: { type: 'string', default: String(LONG.minutes) },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.help) {
  say(USAGE);
  process.exitCode = 64;
} else {
  process.exitCode = await run(values.seed ?? randomBytes(4).toString('hex'));
}

async function run(seed: string): Promise<number> {
  say(`seed ${seed}`);
  const wanted = Number(values.kills);
  const endMs = performance.now() + Number(values.minutes) * 60_000;
  const reports: EpisodeReport[] = [];
  for (let number = 1; ; number += 1) {
    if (values.only !== undefined && number !== Number(values.only)) continue;
    const report = await playEpisode({ ...LONG.episode(number), seed: `${seed}/${String(number)}` });
    reports.push(report);
    tell(number, report);
    const isEnough = sum(reports, 'kills') >= wanted || performance.now() > endMs;
    if (isEnough || values.only !== undefined) break;
  }
  const broken = sum(
    reports.map(({ violations }) => ({ violations: violations.length })),
    'violations',
  );
  say(
    `${String(reports.length)} episodes: ${String(sum(reports, 'kills'))} kills, ${String(sum(reports, 'stalls'))} stalls, ` +
      `${String(sum(reports, 'crashes'))} database crashes, ${String(sum(reports, 'requests'))} requests and ` +
      `${String(sum(reports, 'taps'))} taps acknowledged, ${String(broken)} promises broken; seed ${seed}`,
  );
  if (broken === 0 && values.only === undefined && sum(reports, 'kills') < wanted) {
    say(
      `only ${String(sum(reports, 'kills'))} of ${String(wanted)} kills fitted into the time: no promise was broken by them`,
    );
  }
  return broken === 0 ? 0 : 1;
}

function tell(number: number, report: EpisodeReport): void {
  const { kills, stalls, crashes, requests, taps, unanswered, listed, tookMs, violations } = report;
  say(
    `episode ${String(number)}: ${String(kills)} kills, ${String(stalls)} stalls, ${String(crashes)} crashes; ` +
      `${String(requests)} requests, ${String(taps)} taps, ${String(unanswered)} calls without an answer; ` +
      `${String(listed)} listed; ${(tookMs / 1_000).toFixed(0)} s; ${violations.length === 0 ? 'all kept' : 'BROKEN'}`,
  );
  for (const violation of violations) say(`  ${violation}`);
}

function sum<Key extends string>(list: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return list.reduce((total, one) => total + one[key], 0);
}
