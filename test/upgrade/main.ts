/** `npm run upgrade`: the long form. Reads what is wanted off the command line, and says what came of each upgrade. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/base/process/package-root.js';
import start from '../setup/start.js';
import stop from '../setup/stop.js';
import { buildFormer } from './build.js';
import { excusesFor } from './excuses.js';
import { historyOf, todaysMigrations, versionAt, type Version } from './history.js';
import { playUpgrade, type UpgradeReport } from './rolling-upgrade.js';
import { LONG } from './sizes.js';

const USAGE = `npm run upgrade [-- <ref>] [--all] [--seed <text>]

Upgrades real processes on one PostgreSQL from a former version of this repository to the one in the working tree, under load:
two of the former are joined by one of the new, which migrates; both are there side by side; then each former one is stopped
by SIGTERM and begun again as the new; and one goes back. Whoever asked, tapped or was asked must notice nothing.

<ref>   the former version, as git names a commit; where absent the newest one that has other migrations
--all   from the newest version of each former set of migrations, one after the other
--seed  of an earlier run: the same people; how they interleave is the machine's

The former version is built in a temporary folder. Exit codes: 0 every promise was kept, 1 one was not, 64 this help.`;

/** The command line was not understood, or asks for help (sysexits.h). */
const EX_USAGE = 64;

interface Wanted {
  readonly former: readonly Version[];
  readonly seed: string;
}

const root = packageRoot();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wanted = wantedIn(process.argv.slice(2));
if (typeof wanted === 'string') {
  say(wanted);
  process.exitCode = EX_USAGE;
} else {
  process.exitCode = (await upgradeAll(wanted)) ? 0 : 1;
}

async function upgradeAll({ former, seed }: Wanted): Promise<boolean> {
  say(`seed ${seed}`);
  await start();
  try {
    let isKept = true;
    for (const version of former) isKept = (await upgradeFrom(version, seed)) && isKept;
    return isKept;
  } finally {
    await stop();
  }
}

async function upgradeFrom(version: Version, seed: string): Promise<boolean> {
  const name = `${version.commit.slice(0, 10)} (${version.migrations.at(-1) ?? ''})`;
  const former = await buildFormer(root, version.commit);
  try {
    const newMigrations = todaysMigrations(root).length - version.migrations.length;
    const report = await playUpgrade({ ...LONG, seed: `${seed}/${version.commit}`, former, root, newMigrations });
    say(`${name}: ${inWords(report)}`);
    for (const violation of report.violations) say(`  broken: ${violation}`);
    for (const line of knownInWords(report.excused, former.root)) say(line);
    if (report.evidenceFile !== null) say(`  evidence: ${report.evidenceFile}`);
    return report.violations.length === 0;
  } catch (error) {
    say(`${name}: BROKEN, and could not be played to its end`);
    say(`  ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    former.remove();
  }
}

/** The reason once, however much follows from it. */
function knownInWords(excused: readonly string[], formerRoot: string): readonly string[] {
  return excusesFor(formerRoot).flatMap(({ why, covers }) => {
    const [first, ...others] = excused.filter(covers);
    return first === undefined ? [] : [`  known: ${why}`, `    such as: ${first}; and ${String(others.length)} more`];
  });
}

function inWords({
  requests,
  taps,
  crossings,
  expired,
  listed,
  stops,
  wayBack,
  tookMs,
  violations,
}: UpgradeReport): string {
  const told = `${String(requests)} requests, ${String(taps)} taps, ${String(crossings)} crossed, ${String(expired)} expired`;
  const stopped = `${String(stops.length)} stops in ${Math.max(0, ...stops).toFixed(0)} ms at most`;
  const back =
    wayBack.kind === 'refused' ? `the way back is refused: ${wayBack.said}` : `the way back: ${wayBack.kind}`;
  const verdict = violations.length === 0 ? 'all kept' : 'BROKEN';
  return `${told}, ${String(listed)} listed; ${stopped}; ${back}; ${(tookMs / 1_000).toFixed(0)} s; ${verdict}`;
}

/** What is wanted, or what to say instead. */
function wantedIn(args: readonly string[]): Wanted | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { all: { type: 'boolean' }, seed: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help === true) return USAGE;
    const [ref, ...more] = positionals;
    if (more.length > 0 || (ref !== undefined && values.all === true)) throw new Error('one version, or --all');
    return { former: formerIn(ref, values.all === true), seed: values.seed ?? randomBytes(4).toString('hex') };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`;
  }
}

function formerIn(ref: string | undefined, isAll: boolean): readonly Version[] {
  if (ref !== undefined) return [versionAt(root, ref)];
  const history = historyOf(root);
  if (history.kind === 'none') throw new Error(`Nothing to upgrade from: ${history.why}.`);
  return isAll ? history.former : [history.former[0]];
}
