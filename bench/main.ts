/** `npm run bench -- <name>`: measures, and ends with a table for people and one JSON line a figure. Without a name it lists what there is. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/base/process/package-root.js';
import { benches } from './benches.js';
import { jsonLine, table, type Figure } from './figure.js';
import { PeerMissing } from './peers/peer.js';
import { pinOurselves } from './processes.js';
import { profileInto } from './profile/profiling.js';
import { profileSummary } from './profile/summary.js';
import { runOf } from './run.js';

const EXIT = { failed: 1, usage: 64, peerMissing: 69 } as const;
const EVERY = 'all';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
});
const [name = '', ...rest] = positionals;
const names = name === EVERY ? [...benches.keys()] : [name];

if (!existsSync(join(packageRoot(), 'dist/run'))) {
  say('The gate is not built: npm run build');
  process.exitCode = EXIT.failed;
} else if (name === '') {
  process.stdout.write(`${usage()}\n`);
} else if (rest.length > 0 || !names.every((one) => benches.has(one))) {
  say(`There is no bench "${positionals.join(' ')}".\n\n${usage()}`);
  process.exitCode = EXIT.usage;
} else {
  await measureAll();
}

async function measureAll(): Promise<void> {
  const profiles = values.profile ? mkdtempSync(join(tmpdir(), 'gate-bench-profile-')) : null;
  if (profiles !== null) profileInto(profiles);
  pinOurselves();
  const figures: Figure[] = [];
  for (const one of names) figures.push(...(await figuresOf(one)));
  if (figures.length > 0) say(`\n${table(figures)}\n`);
  for (const figure of figures) process.stdout.write(`${jsonLine(figure, values.short ? 'short' : 'full')}\n`);
  if (profiles !== null)
    say(`${profileSummary(profiles)}\n\nThe profiles are in ${profiles}, for the developer tools of a browser.`);
}

async function figuresOf(one: string): Promise<readonly Figure[]> {
  say(`${one}: ${benches.get(one)?.what ?? ''}`);
  try {
    return (await benches.get(one)?.measure(runOf(values.short, say))) ?? [];
  } catch (error) {
    const isMissing = error instanceof PeerMissing;
    say(
      isMissing
        ? error.message
        : `${one} failed: ${error instanceof Error ? (error.stack ?? error.message) : 'no error'}`,
    );
    process.exitCode = isMissing ? EXIT.peerMissing : EXIT.failed;
    return [];
  }
}

function usage(): string {
  const width = Math.max(...[...benches.keys()].map((one) => one.length));
  const lines = [...benches].map(([one, { what }]) => `  ${one.padEnd(width)}  ${what}`);
  return `npm run bench -- <name> [--short] [--profile]

${lines.join('\n')}
  ${EVERY.padEnd(width)}  one after the other

--short    a few seconds each: proves that a bench works, and its figures mean nothing
--profile  where the processor time of our own processes went

Exit codes: 0 measured, 1 it failed, 64 no such bench, ${String(EXIT.peerMissing)} what it is measured against is not installed.`;
}
