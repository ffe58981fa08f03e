// Takes one guard after the other out of a copy of the product and demands that the short form of the faults misses it, by
// the name of the right promise; and that it finds nothing where nothing was taken out. A table, and exit code 0 if so.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { GUARDS } from './guard-list.js';

/** Chance decides whether a guard is needed in one episode, so it gets some; the same ones in every run. */
const SEEDS = ['mutations-1', 'mutations-2', 'mutations-3'];
const NOT_COPIED = new Set(['node_modules', 'dist', 'out', '.git', 'coverage']);

const only = process.argv.slice(2).join(' ');
const folder = mkdtempSync(join(tmpdir(), 'gate-guards-'));
const rows = [];
try {
  copy();
  build('node', ['scripts/build.js']);
  build('npx', ['--no-install', 'tsc', '-p', 'tsconfig.test.json']);
  if ('nothing'.includes(only)) rows.push(...(await Promise.all(['sqlite', 'postgres'].map(untouched))));
  for (const guard of GUARDS.filter(({ name }) => name.includes(only))) rows.push(await tried(guard));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.table(rows);
const isAsItShould = rows.length > 0 && rows.every(({ asItShould }) => asItShould === 'yes');
console.log(isAsItShould ? 'every guard that was taken out was missed' : 'NOT every row is as it should be');
process.exit(isAsItShould ? 0 : 1);

function copy() {
  cpSync('.', folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
}

/** What does not compile was not tried: that ends the whole run. */
function build(command, words) {
  const { status } = spawnSync(command, words, { cwd: folder, stdio: ['ignore', process.stderr, process.stderr] });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} failed with ${status}: nothing was proved`);
}

async function untouched(database) {
  const { findings } = await play(database, SEEDS[0]);
  return row({ name: 'nothing', database, episodes: 1 }, findings, findings.length === 0);
}

async function tried(guard) {
  const originals = new Map(guard.edits.map(({ file }) => [file, readFileSync(join(folder, file), 'utf8')]));
  for (const edit of guard.edits) take(edit);
  try {
    build('npx', ['--no-install', 'tsc', '-p', 'tsconfig.test.json']);
    return await missed(guard);
  } finally {
    for (const [file, text] of originals) writeFileSync(join(folder, file), text);
  }
}

function take({ file, find, put }) {
  const text = readFileSync(join(folder, file), 'utf8');
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} times, and not once: ${find}`);
  writeFileSync(
    join(folder, file),
    text.replace(find, () => put),
  );
}

async function missed({ name, promises, database }) {
  const all = [];
  for (const [index, seed] of SEEDS.entries()) {
    const { findings } = await play(database, seed);
    all.push(...findings);
    if (findings.some(isOneOf(promises))) return row({ name, database, episodes: index + 1, promises }, all, true);
  }
  return row({ name, database, episodes: SEEDS.length, promises }, all, false);
}

/** Plays one short episode with what is built, and answers the promises that it says were broken. */
async function play(database, seed) {
  const words = ['out/test/faults/main.js', '--short', '--only', `${database}/1`, '--seed', seed];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = (await child.stdout.setEncoding('utf8').toArray()).join('');
  process.stderr.write(printed);
  if (!/^1 episodes: /m.test(printed))
    throw new Error(`the harness did not come to its summary: ${printed.slice(-500)}`);
  return { findings: [...printed.matchAll(/^ {2}broken: (.*)$/gm)].map(([, finding]) => finding) };
}

function isOneOf(promises) {
  return (finding) => promises.some((promise) => finding.startsWith(`${promise}: `));
}

function row({ name, database, episodes, promises = [] }, findings, isAsItShould) {
  const named = findings.find(isOneOf(promises)) ?? findings[0] ?? '';
  return {
    'taken out': name,
    database,
    episodes,
    findings: findings.length,
    'the one that matters': named.slice(0, 120),
    asItShould: isAsItShould ? 'yes' : 'NO',
  };
}
