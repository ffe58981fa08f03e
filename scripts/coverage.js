// How much of the product the tests run: V8 counts in the test runner and in every process and thread that it starts.
// Prints a table by room. Arguments go to jest: `npm run coverage -- gate ledger` takes the tests of two rooms.
// What runs in a browser (web/) is not counted, nor is a process that was killed: it has no time to say what it ran.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL, URL } from 'node:url';
import { CoverageReport } from 'monocart-coverage-reports';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMPILED = ['out', 'dist'].map((folder) => pathToFileURL(join(ROOT, folder)).href + '/');
const PRODUCT = /^(?:(?:src|bots)\/[\w-]+|cards|inbox|demo)(?=\/|\.ts$)/;
/** jest ends its workers before V8 has written everything down, so that is done after each file. */
const EACH_FILE = ['--setupFilesAfterEnv', './out/test/setup/take-coverage.js'];
const KINDS = ['statements', 'branches', 'functions'];

const folder = mkdtempSync(join(tmpdir(), 'gate-coverage-'));
try {
  const jest = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', ...process.argv.slice(2), ...EACH_FILE], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_V8_COVERAGE: join(folder, 'counted'),
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  });
  print(await measured());
  process.exitCode = jest.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Every file of the product, those that no test has loaded included. */
async function measured() {
  const report = new CoverageReport({
    logging: 'error',
    reports: [],
    outputDir: join(folder, 'report'),
    entryFilter: ({ url }) => COMPILED.some((compiled) => url.startsWith(compiled)),
    sourceFilter: (path) => PRODUCT.test(path) && !path.includes('/web/'),
  });
  await report.add(filesIn('out').map(unloaded));
  await report.addFromDir(join(folder, 'counted'));
  // a file of types alone has no code, and so no source that its code would be mapped to
  return (await report.generate()).files.filter(({ sourcePath }) => PRODUCT.test(sourcePath));
}

function filesIn(compiled) {
  const paths = readdirSync(join(ROOT, compiled), { recursive: true });
  return paths.filter((path) => PRODUCT.test(path) && path.endsWith('.js')).map((path) => join(ROOT, compiled, path));
}

/** What V8 would say of a file of which nothing ran. */
function unloaded(path) {
  const source = readFileSync(path, 'utf8');
  const ranges = [{ startOffset: 0, endOffset: source.length, count: 0 }];
  return { url: pathToFileURL(path).href, source, functions: [{ functionName: '', isBlockCoverage: true, ranges }] };
}

function print(files) {
  const roomOf = ({ sourcePath }) => PRODUCT.exec(sourcePath)[0];
  const rooms = [...new Set(files.map(roomOf))].sort();
  const rows = rooms.map((room) => [room, ...sharesOf(files.filter((file) => roomOf(file) === room))]);
  const table = [['room', ...KINDS], ...rows, ['total', ...sharesOf(files)]];
  for (const [room, ...shares] of table)
    console.log(room.padEnd(20) + shares.map((share) => share.padStart(12)).join(''));
}

function sharesOf(files) {
  return KINDS.map((kind) => {
    const sum = (what) => files.reduce((so, { summary }) => so + summary[kind][what], 0);
    return `${((100 * sum('covered')) / Math.max(1, sum('total'))).toFixed(1)} %`;
  });
}
