// Changes single lines of the product at random, one after the other, and runs the tests that can notice. What stays alive is
// a hole in the tests, a line that nobody needs, or equivalent to what stood there. A table by room, and every survivor.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { joined } from './joined.js';
import { createCompiler } from './mutants/compile.js';
import { equivalenceOf } from './mutants/equivalents.js';
import { mutantsOf, mutated } from './mutants/make.js';
import { createRunner, openDatabase } from './mutants/run.js';
import { roomOf, testsOf } from './mutants/tests-of.js';

const HELP = `npm run mutants -- [--sample 60] [--seed n] [--room gate] [--only src/gate/check/check.ts:41] [--e2e] [--limit 120] [--tests 12]
  --sample  how many mutants are tried
  --seed    which; the same seed takes the same ones, as long as the code is the same
  --room    of one room alone: gate, ledger, cards, bots/slack, …
  --only    every mutant of one file, or of one of its lines
  --e2e     runs the end-to-end tests as well, which takes minutes a mutant
  --limit   seconds beyond their usual time after which the tests of a mutant are stopped; one that hangs counts as noticed
  --tests   how many test files are run for a mutant, at most, the nearest first`;

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    room: { type: 'string' },
    only: { type: 'string' },
    e2e: { type: 'boolean', default: false },
    limit: { type: 'string', default: '120' },
    tests: { type: 'string', default: '12' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

/** Migrations and entities are held by test/ledger/schema.test.ts as texts; pages' scripts run in browsers alone. */
const LEFT_OUT = /\/(web|migrations|entities)\//;
const ROOTS = ['src', 'bots', 'cards', 'inbox'];
const NOT_COPIED = new Set(['node_modules', '.git', 'coverage']);

const folder = mkdtempSync(join(tmpdir(), 'gate-mutants-'));
const database = await openDatabase();
const tried = [];
let isControlled = false;
// also where it is stopped: what was tried until then is told
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void database.stop().finally(() => process.exit(1)));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
  report();
});
try {
  cpSync('.', folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const compiler = createCompiler(folder);
  const tests = testsOf(join(folder, 'out'), { isE2eToo: values.e2e, max: Number(values.tests) });
  const run = createRunner({ folder, databaseUrl: database.url, limitMs: Number(values.limit) * 1_000 });
  const wanted = values.only === undefined ? Number(values.sample) : Infinity;
  for (const mutant of shuffled(allMutants(), values.seed)) {
    if (tried.length >= wanted) break;
    const fate = await fateOf(mutant, { compiler, tests, run });
    if (fate === null) continue;
    tried.push({ ...mutant, room: roomOf(mutant.file), fate });
    console.error(`${String(tried.length).padStart(3)} ${fate.padEnd(10)} ${inWords(mutant)}`);
  }
} finally {
  await database.stop();
}

function allMutants() {
  const [path, line] = values.only?.split(':') ?? [];
  const files = ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => `${root}/${name}`),
  ).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !LEFT_OUT.test(file));
  return files
    .filter((file) => values.room === undefined || roomOf(file) === values.room)
    .filter((file) => path === undefined || file === path)
    .sort()
    .flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')))
    .filter((mutant) => line === undefined || mutant.line === Number(line));
}

/** Where nothing was changed, everything must pass: otherwise a broken copy would look like good tests. */
async function control({ file }, deps) {
  if (isControlled) return;
  isControlled = true;
  const emitted = deps.compiler.compile(file, readFileSync(file, 'utf8'));
  const fate = emitted === null ? 'broken' : await fateWith(file, emitted, { ...deps, isShown: true, patience: 5 });
  if (fate !== 'alive') throw new Error(`${file} was not changed, and its tests say: ${fate}`);
}

/** Null: it does not compile, so nobody could write it. */
async function fateOf(mutant, deps) {
  const { file } = mutant;
  const text = readFileSync(file, 'utf8');
  const emitted = deps.compiler.compile(file, mutated(text, mutant));
  if (emitted === null) return null;
  if (equivalenceOf(mutant, text) !== null) return 'equivalent';
  await control(mutant, deps);
  return fateWith(file, emitted, deps);
}

async function fateWith(file, emitted, { tests, run, isShown = false, patience = 1 }) {
  const chosen = tests(file);
  if (chosen.length === 0) return 'alive';
  const places = ['out', 'dist'].map((place) => join(folder, place, file.replace(/\.ts$/, '.js')));
  const originals = places.map((place) => readFileSync(place, 'utf8'));
  for (const place of places) writeFileSync(place, emitted);
  try {
    await joined(folder);
    return await run(chosen, { isShown, patience });
  } finally {
    places.forEach((place, index) => writeFileSync(place, originals[index] ?? ''));
  }
}

function inWords({ file, line, kind, from, to }) {
  const short = (text) => text.replace(/\s+/g, ' ').slice(0, 90);
  return `${file}:${String(line)} ${kind}: ${short(from)} → ${short(to)}`;
}

function report() {
  const rooms = [...new Set(tried.map(({ room }) => room))].sort();
  const counted = (list, fate) => list.filter((one) => one.fate === fate).length;
  const row = (room, list) => {
    const alive = counted(list, 'alive');
    const real = list.length - counted(list, 'equivalent');
    const share = real === 0 ? '' : `${((100 * alive) / real).toFixed(1)} %`;
    const [killed, timedOut, equivalent] = ['killed', 'timed out', 'equivalent'].map((fate) => counted(list, fate));
    return { room, tried: list.length, killed, 'timed out': timedOut, equivalent, alive, 'alive of all': share };
  };
  console.table([
    ...rooms.map((room) =>
      row(
        room,
        tried.filter((one) => one.room === room),
      ),
    ),
    row('all', tried),
  ]);
  for (const mutant of tried) if (mutant.fate === 'alive') console.log(`alive: ${inWords(mutant)}`);
}

/** Fisher and Yates, by a generator that a seed starts (mulberry32). */
function shuffled(list, seed) {
  let state = [...seed].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const order = [...list];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other], order[index]];
  }
  return order;
}
