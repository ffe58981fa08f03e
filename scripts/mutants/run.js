// Runs some test files on the mutated copy and says what became of the mutant.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL, URL } from 'node:url';

/** A test that waits for an event which the mutant took away need not wait for half a minute. */
const TEST_TIMEOUT_MS = 15_000;
/** Of a test file that never ran here. */
const UNKNOWN_MS = 5_000;
const TIMES = 'node_modules/.cache/gate-mutants/times.json';
const SEQUENCER = fileURLToPath(new URL('./sequencer.js', import.meta.url));

/** One PostgreSQL for all runs: the one that `TEST_DATABASE_URL` names, or a throwaway server. */
export async function openDatabase() {
  const named = process.env['TEST_DATABASE_URL'] ?? '';
  if (named !== '') return { url: named, stop: async () => undefined };
  const load = (name) => import(pathToFileURL(join(process.cwd(), 'out/test/setup', name)).href);
  const { freePort } = await load('ports.js');
  const { startThrowawayPostgres } = await load('throwaway-postgres.js');
  const settings = ['max_connections=300'];
  const server = await startThrowawayPostgres({ port: await freePort(), settings, isSynced: false });
  return { url: server.url(), stop: () => server.remove() };
}

/**
 * Runs test files one after the other until one fails: those known to be quick first, because most mutants are noticed by any
 * of several. How long each took is kept for the next run, and a mutant's tests are given that time over again.
 *
 * @returns {(tests: readonly string[], how: { readonly isShown: boolean, readonly patience: number }) => Promise<'killed' | 'alive' | 'timed out'>}
 */
export function createRunner({ folder, databaseUrl, limitMs }) {
  const took = knownTimes();
  return async (tests, { isShown, patience }) => {
    const known = (test) => took[test] ?? UNKNOWN_MS;
    const ordered = [...tests].sort((one, other) => tier(known(one)) - tier(known(other)));
    const usualMs = ordered.reduce((sum, test) => sum + known(test), 0);
    const told = join(folder, 'mutant-results.json');
    rmSync(told, { force: true });
    const leftMs = patience * limitMs + 2 * usualMs;
    const fate = await jest(ordered, { folder, databaseUrl, leftMs, isShown, told });
    if (fate === 'alive') remember(took, told, join(folder, 'out/'));
    return fate;
  };
}

/** Within a tier the nearest tests go first. */
function tier(ms) {
  return ms < 2_000 ? 0 : ms < 8_000 ? 1 : 2;
}

function knownTimes() {
  try {
    return JSON.parse(readFileSync(TIMES, 'utf8'));
  } catch {
    return {};
  }
}

function remember(took, told, root) {
  for (const { name, startTime, endTime } of JSON.parse(readFileSync(told, 'utf8')).testResults)
    took[name.slice(root.length)] = endTime - startTime;
  mkdirSync(dirname(TIMES), { recursive: true });
  writeFileSync(TIMES, JSON.stringify(took));
}

function jest(tests, { folder, databaseUrl, leftMs, isShown, told }) {
  // a test that failed has often not given back what it opened
  const flags = ['--bail', '--forceExit', '--silent', '-w', '1', '--json', `--outputFile=${told}`];
  flags.push(`--testTimeout=${String(TEST_TIMEOUT_MS)}`, `--testSequencer=${SEQUENCER}`, '--runTestsByPath');
  const files = tests.map((test) => join(folder, 'out', test));
  const child = spawn(process.execPath, ['node_modules/jest/bin/jest.js', ...flags, ...files], {
    cwd: folder,
    stdio: ['ignore', 'ignore', isShown ? 'inherit' : 'ignore'],
    detached: true, // a group of its own, so that what its tests started ends with it
    env: {
      ...process.env,
      TEST_DATABASE_URL: databaseUrl,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  });
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      end(child.pid);
    }, leftMs);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      end(child.pid);
      resolve(isLate ? 'timed out' : code === 0 ? 'alive' : 'killed');
    });
  });
}

function end(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // it has ended
  }
}
