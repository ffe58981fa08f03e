/** `npm run faults`: the long form. Reads what is wanted off the command line; the run itself is in `long-run.ts`. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runLong, type EpisodeName, type LongInput } from './long-run.js';
import { DATABASES, LONG, type DatabaseName } from './sizes.js';

const USAGE = `npm run faults [-- --kills <count>] [--seed <text>] [--database <name>] [--minutes <count>] [--only <episode>] [--short]

Kills, stops, cuts and misleads real gate processes, one on SQLite and three on PostgreSQL, and checks every promise after
each episode. The seed gives the same plan, the same people and the same fates; how they interleave is the machine's.

--kills     processes to kill in all; default ${String(LONG.kills)}
--seed      of an earlier run; a new one where absent
--database  ${DATABASES.join(' or ')} alone; both at once where absent
--minutes   begins no episode after so long; default ${String(LONG.minutes)}
--only      one episode alone, by its name, such as postgres/3
--short     episodes as short as those of the tests

Exit codes: 0 every promise was kept through all of the kills, 1 not, 64 this help.`;

/** The command line was not understood, or asks for help (sysexits.h). */
const EX_USAGE = 64;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const input = wishIn(process.argv.slice(2));
if (typeof input === 'string') {
  say(input);
  process.exitCode = EX_USAGE;
} else {
  process.exitCode = (await runLong(input, say)) ? 0 : 1;
}

/** What is wanted, or what to say instead. */
function wishIn(args: readonly string[]): LongInput | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { seed: text, kills: text, minutes: text, only: text, database: text, short: flag, help: flag },
    });
    if (values.help === true) return USAGE;
    return {
      seed: values.seed ?? randomBytes(4).toString('hex'),
      kills: count('kills', values.kills) ?? LONG.kills,
      minutes: count('minutes', values.minutes) ?? LONG.minutes,
      only: episodeIn(values.only),
      database: databaseIn(values.database),
      isShort: values.short === true,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`;
  }
}

function count(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} takes a whole number above 0, not ${text}`);
  return Number(text);
}

function databaseIn(text: string | undefined): DatabaseName | null {
  if (text === undefined) return null;
  const database = DATABASES.find((name) => name === text);
  if (database === undefined) throw new Error(`--database takes ${DATABASES.join(' or ')}, not ${text}`);
  return database;
}

function episodeIn(text: string | undefined): EpisodeName | null {
  if (text === undefined) return null;
  const [name, number] = text.split('/');
  const database = databaseIn(name);
  const counted = count('only', number);
  if (database === null || counted === null) throw new Error(`--only takes a name such as postgres/3, not ${text}`);
  return { database, number: counted };
}
