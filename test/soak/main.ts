/** `npm run soak`: reads what is wanted off the command line; the run itself is in `soak.ts`. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/base/process/package-root.js';
import { grouped } from '../faults/checks/evidence.js';
import start from '../setup/start.js';
import stop from '../setup/stop.js';
import { databaseKinds, type DatabaseKind } from '../fixtures/databases/databases.js';
import { tableOf } from './report.js';
import { LONG_MINUTES, longSize } from './sizes.js';
import { soak, type SoakInput } from './soak.js';

const USAGE = `npm run soak [-- --minutes <count>] [--seed <text>] [--database <name>]

Loads one real gate process on loopback: 2,000 checks and 20 new requests a second, taps on half of them over Talk, Slack,
Discord, the confirm page and the command line, while 1 % of all calls to the fakes of those platforms go wrong. Then it is
looked at what was lost, what grew and what was not given back. The seed gives the same people and the same fates.

--minutes   how long; default ${String(LONG_MINUTES)}
--seed      of an earlier run; a new one where absent
--database  ${databaseKinds.join(' or ')}; default sqlite

Exit codes: 0 every promise was kept, 1 one was broken, 64 this help.`;

/** sysexits.h: the command line was not understood, or asks for help. */
const EX_USAGE = 64;
/** Of each promise: thousands of requests can break the same one. */
const MOST_TOLD = 5;

interface Wanted {
  readonly minutes: number;
  readonly seed: string;
  readonly database: DatabaseKind;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wanted = wantedIn(process.argv.slice(2));
if (typeof wanted === 'string') {
  say(wanted);
  process.exitCode = EX_USAGE;
} else if (!existsSync(join(packageRoot(), 'dist/run/main.js'))) {
  say('The product is not built: npm run build');
  process.exitCode = 1;
} else {
  process.exitCode = await run(wanted).catch(brokenOff);
}

/** By promise, which is what stands before the colon, with the first few of each. */
function brokenInWords(violations: readonly string[]): readonly string[] {
  const byPromise = grouped(violations, (violation) => violation.split(':', 1)[0] ?? '');
  return [...byPromise.values()].flatMap((all) => {
    const more = all.length - MOST_TOLD;
    return [
      ...all.slice(0, MOST_TOLD).map((one) => `  BROKEN: ${one}`),
      ...(more > 0 ? [`    and ${String(more)} more`] : []),
    ];
  });
}

/** The soak itself failed, for example at its start. That proves nothing about the gate and must not count as a success. */
function brokenOff(error: unknown): number {
  say(`The soak broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return 1;
}

async function run({ minutes, seed, database }: Wanted): Promise<number> {
  const input: SoakInput = { ...longSize(minutes), seed, database };
  say(`seed ${seed}, ${String(minutes)} minutes on ${database}`);
  if (database === 'postgres') await start();
  try {
    const report = await soak(input, say);
    say(`\n${tableOf(report, input)}`);
    for (const line of brokenInWords(report.violations)) say(line);
    say(report.violations.length === 0 ? 'every promise was kept' : `seed ${seed}`);
    return report.violations.length === 0 ? 0 : 1;
  } finally {
    if (database === 'postgres') await stop();
  }
}

/** What is wanted, or what to say instead. */
function wantedIn(args: readonly string[]): Wanted | string {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { minutes: text, seed: text, database: text, help: { type: 'boolean' } },
    });
    if (values.help === true) return USAGE;
    return {
      minutes: minutesIn(values.minutes),
      seed: values.seed ?? randomBytes(4).toString('hex'),
      database: databaseIn(values.database ?? 'sqlite'),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`;
  }
}

function minutesIn(text = String(LONG_MINUTES)): number {
  const minutes = Number(text);
  if (minutes >= 1 && minutes <= 60) return minutes;
  throw new Error(`--minutes takes a number from 1 to 60, not ${text}`);
}

function databaseIn(text: string): DatabaseKind {
  const database = databaseKinds.find((name) => name === text);
  if (database === undefined) throw new Error(`--database takes ${databaseKinds.join(' or ')}, not ${text}`);
  return database;
}
