/**
 * A data folder that is full or read-only. At the start it is refused in words, and nothing is left half-written; under a
 * running gate nothing is said to be stored that is not, nobody new comes in, and room is all that it takes to go on.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import {
  makeReadOnly,
  openSmallDisk,
  whyNoReadOnly,
  whyNoSmallDisk,
  type SmallDisk,
} from '../fixtures/disks/small-disk.js';
import { eventually } from '../fixtures/time/eventually.js';
import { startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { startPeers, type Peers } from '../fixtures/processes/peers.js';
import { askFor, newToken, produce, tapOverTalk, visit } from '../fixtures/processes/people.js';
import { ADA, HOST, SITES } from '../fixtures/sites/sites.js';

const VISITOR = '203.0.113.7';
const STRANGER = '198.51.100.9';
/** More than fit into the room that a young log has in its last page. */
const MOST_REQUESTS = 99;
const NO_CAP = `${SITES}
[limits]
max_pending_per_approver = ${String(MOST_REQUESTS + 1)}
`;
const noDisk = whyNoSmallDisk();
const noReadOnly = whyNoReadOnly();

let peers: Peers;
let sitesDir: string;
let running: GateProcess | null = null;

beforeEach(async () => {
  peers = await startPeers();
  sitesDir = mkdtempSync(join(tmpdir(), 'gate-sites-'));
});

afterEach(async () => {
  await running?.kill();
  running = null;
  await peers.close();
  rmSync(sitesDir, { recursive: true, force: true });
});

async function start(dataDir: string, again?: GateProcess): Promise<GateProcess> {
  const ports = again === undefined ? {} : { ports: again.ports };
  running = await startGate({ sites: NO_CAP, environment: peers.environment, dataDir, sitesDir, ...ports });
  return running;
}

/** Every file with what is in it. */
function contents(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder).sort();
  const digest = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  return Object.fromEntries(files.map((file) => [file, digest(file)]));
}

async function readiness(gate: GateProcess): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`http://127.0.0.1:${String(gate.ports.admin)}/readyz`);
  return { status: response.status, text: await response.text() };
}

/** Readiness, doctor and log name the cause, and doctor what to do. */
async function tellsOfIt(gate: GateProcess, cause: RegExp): Promise<void> {
  const [ready, doctor] = [await readiness(gate), await gate.cli('doctor')];
  expect(ready).toMatchObject({ status: 503, text: expect.stringMatching(cause) });
  expect(doctor.code).toBe(1);
  expect(doctor.out).toMatch(new RegExp(`FAIL {2}database: [^\\n]*${cause.source}[^\\n]*\\n +cure: \\w`));
  await eventually('the log names the cause', () => Promise.resolve(cause.test(gate.printed.err)));
}

function tokensIn(dataDir: string): ReadonlySet<string> {
  const database = new Database(join(dataDir, 'gate.sqlite'), { readonly: true });
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    const rows = database.prepare('SELECT token_hash FROM requests').all() as readonly { token_hash: string }[];
    return new Set(rows.map(({ token_hash }) => token_hash));
  } finally {
    database.close();
  }
}

const onSmallDisk = noDisk === null ? describe : describe.skip;

onSmallDisk(`a disk without room${noDisk === null ? '' : `: ${noDisk}`}`, () => {
  let disk: SmallDisk;
  let dataDir: string;

  beforeEach(() => {
    disk = openSmallDisk();
    dataDir = join(disk.folder, 'data');
    mkdirSync(dataDir);
  });

  afterEach(async () => {
    await running?.kill();
    disk.remove();
  });

  test('refuses the start in words that say what to do, and the next start with room is a first one', async () => {
    disk.fill();

    await expect(start(dataDir)).rejects.toThrow(
      /ended with 69: (?:.*\n)*?The gate did not start: .* See that the disk of DATA_DIR has room\.\n$/,
    );

    expect(readdirSync(dataDir)).not.toContain('admin.token');
    disk.empty();
    const gate = await start(dataDir);
    expect(await produce(gate, newToken())).toBe(200);
  }, 60_000);

  test('refuses a start on a ledger that is there, which keeps all that it had', async () => {
    const before = await start(dataDir);
    const token = newToken();
    expect(await produce(before, token)).toBe(200);
    await before.kill();
    disk.fill();

    await expect(start(dataDir, before)).rejects.toThrow(
      /ended with 69: (?:.*\n)*?The gate did not start: .* See that the disk of DATA_DIR has room\.\n$/,
    );

    disk.empty();
    expect(tokensIn(dataDir)).toEqual(new Set([sha256Hex(token)]));
    const after = await start(dataDir, before);
    expect(await tapOverTalk(after, { token, verb: 'approve', user: ADA, key: peers.talkKey })).toContain('Approved');
  }, 60_000);

  test('stores what it acknowledges or says that it did not, lets in nobody new, and goes on once there is room', async () => {
    const gate = await start(dataDir);
    expect((await gate.cli('grant', VISITOR, HOST)).code).toBe(0);
    const pending = newToken();
    expect(await produce(gate, pending, { origin_ip: STRANGER })).toBe(200);
    await eventually('the visitor passes', async () => (await visit(gate, VISITOR)).status === 204);
    disk.fill();

    const acknowledged: string[] = [pending];
    const refused = await refusedAtLast(gate, acknowledged);
    const told = await tapOverTalk(gate, { token: pending, verb: 'approve', user: ADA, key: peers.talkKey });
    const page = await visit(gate, '198.51.100.77');

    expect(refused).toMatchObject({
      status: 503,
      json: { error: 'The request is not known to be stored: send it again.' },
    });
    expect(told).not.toContain('Approved');
    expect((await visit(gate, STRANGER)).status).toBe(403);
    expect([page.status, page.headers['retry-after']]).toEqual([403, '30']);
    expect(page.text).toContain('Requests cannot be stored');
    await tellsOfIt(gate, /its disk is full \(SQLITE_\w+\)/);
    expect((await visit(gate, VISITOR)).status).toBe(204);
    expect(gate.child.exitCode).toBeNull();
    disk.empty();
    await eventually('it is ready again', async () => (await readiness(gate)).status === 200);
    await eventually('a tap is taken', async () => {
      const again = await tapOverTalk(gate, { token: pending, verb: 'approve', user: ADA, key: peers.talkKey });
      return again.includes('Approved');
    });
    await eventually('the stranger passes', async () => (await visit(gate, STRANGER)).status === 204);
    await gate.kill();
    const stored = tokensIn(dataDir);
    expect(acknowledged.filter((token) => !stored.has(sha256Hex(token)))).toEqual([]);
  }, 90_000);

  /** A producer asks until it is told that nothing is known to be stored; what it was told before is kept. */
  async function refusedAtLast(gate: GateProcess, acknowledged: string[]): Promise<unknown> {
    for (let asked = 1; asked <= MOST_REQUESTS; asked += 1) {
      const token = newToken();
      const answer = await askFor(gate, token, { origin_ip: `198.18.0.${String(asked)}` });
      if (answer.status !== 200) return { status: answer.status, json: await answer.json() };
      acknowledged.push(token);
    }
    throw new Error('a full disk takes everything');
  }
});

const underARunningGate: readonly (readonly [what: string, act: (dataDir: string) => void])[] = [
  ['the database is deleted', (dataDir) => rmSync(join(dataDir, 'gate.sqlite'))],
  ['its log is deleted', (dataDir) => rmSync(join(dataDir, 'gate.sqlite-wal'))],
  ['the database is moved away', (dataDir) => renameSync(join(dataDir, 'gate.sqlite'), join(dataDir, 'aside'))],
  ['another copy is put in its place', (dataDir) => replaceByCopy(join(dataDir, 'gate.sqlite'))],
  ['the whole folder is moved away', (dataDir) => renameSync(dataDir, `${dataDir}-aside`)],
];

test.each(underARunningGate)(
  'when %s under a running gate, nothing is acknowledged that is lost, and it is told',
  async (_what, act) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'gate-data-'));
    const gate = await start(dataDir);
    expect(await produce(gate, newToken())).toBe(200);

    act(dataDir);
    const answer = await askFor(gate, newToken(), { origin_ip: STRANGER });

    expect(answer.status).toBe(503);
    expect(await readiness(gate)).toMatchObject({
      status: 503,
      text: expect.stringContaining('were moved, deleted or replaced while the gate ran'),
    });
    await eventually('the log names the cause', () =>
      Promise.resolve(gate.printed.err.includes('moved, deleted or replaced')),
    );
    rmSync(`${dataDir}-aside`, { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  },
  60_000,
);

test('a database that is put back where it was is used again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gate-data-'));
  const [file, aside] = [join(dataDir, 'gate.sqlite'), join(dataDir, 'aside')];
  const gate = await start(dataDir);
  renameSync(file, aside);
  expect((await askFor(gate, newToken())).status).toBe(503);

  renameSync(aside, file);

  expect(await produce(gate, newToken())).toBe(200);
  await gate.kill();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

function replaceByCopy(file: string): void {
  copyFileSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
}

test.each([
  ['below a place where no folder can be made', '/proc/nope', 'cannot be made'],
  ['below a device', '/dev/null/x', 'is no folder'],
  ['a file', process.execPath, 'it is no folder'],
])(
  'a data folder that is %s is refused at once, with a sentence',
  async (_what, dataDir, why) => {
    await expect(start(dataDir)).rejects.toThrow(
      new RegExp(
        `ended with 78: The gate did not start: the folder ${dataDir} cannot be used: .*${why}.*\\. See that DATA_DIR is`,
      ),
    );
  },
  30_000,
);

const onReadOnly = noReadOnly === null ? describe : describe.skip;

onReadOnly(`a data folder that nobody may write${noReadOnly === null ? '' : `: ${noReadOnly}`}`, () => {
  let dataDir: string;
  let makeWritable = (): void => undefined;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gate-data-'));
  });

  afterEach(async () => {
    await running?.kill();
    makeWritable();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test.each([{ what: 'an empty one' }, { what: 'one with a ledger' }])(
    'refuses the start in words that say what to do, and $what is left as it was',
    async ({ what }) => {
      if (what === 'one with a ledger') {
        const first = await start(dataDir);
        expect(await produce(first, newToken())).toBe(200);
        await first.stop();
      }
      const before = contents(dataDir);
      makeWritable = makeReadOnly(dataDir);

      await expect(start(dataDir)).rejects.toThrow(
        /ended with 78: The gate did not start: .* See that DATA_DIR is a folder that this user may write\.\n$/,
      );

      expect(contents(dataDir)).toEqual(before);
      makeWritable();
      makeWritable = () => undefined;
      expect(await produce(await start(dataDir), newToken())).toBe(200);
    },
    60_000,
  );
});
