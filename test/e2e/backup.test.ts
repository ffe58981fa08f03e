/**
 * `gate backup` and `gate restore` with real processes: a backup made while decisions are written holds each that was
 * acknowledged before it began, and what is put back from it passes every check; nothing is replaced that should not be.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sha256Hex } from '../../src/base/crypto/digest.js';
import { eventually } from '../fixtures/time/eventually.js';
import { SECRET, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { startPeers, type Peers } from '../fixtures/processes/peers.js';
import { newToken, produce, tapOverTalk, visit } from '../fixtures/processes/people.js';
import { ADA, EMBEDDED_TALK, HOST, SITES } from '../fixtures/sites/sites.js';

const NO_CAP = `${SITES}\n[limits]\nmax_pending_per_approver = 100\n`;
const VISITOR = '203.0.113.7';

let peers: Peers;
let folder: string;
let gate: GateProcess;
let again: GateProcess | null = null;

beforeEach(async () => {
  peers = await startPeers();
  folder = mkdtempSync(join(tmpdir(), 'gate-backup-'));
  gate = await start(join(folder, 'data'));
});

afterEach(async () => {
  await gate.kill();
  await again?.kill();
  again = null;
  await peers.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(dataDir: string, secret = SECRET): Promise<GateProcess> {
  const environment = { ...peers.environment, GATE_SECRET: secret };
  return startGate({ sites: NO_CAP, environment, dataDir, sitesDir: folder });
}

/** Requests are opened and approved, one after the other, until it is told to stop. Answers the tokens of those acknowledged. */
function load(): { readonly decided: string[]; stop(): Promise<void> } {
  const decided: string[] = [];
  let isOver = false;
  const channelQueue = async (): Promise<void> => {
    while (!isOver) {
      const token = newToken();
      await produce(gate, token, {
        origin_ip: `198.18.${String(decided.length % 250)}.${String(1 + (decided.length % 200))}`,
      });
      const told = await tapOverTalk(gate, { token, verb: 'approve', user: ADA, key: peers.talkKey });
      if (told.includes('Approved')) decided.push(token);
    }
  };
  const channelQueues = [channelQueue(), channelQueue(), channelQueue()];
  return {
    decided,
    async stop() {
      isOver = true;
      await Promise.all(channelQueues);
    },
  };
}

function decidedIn(file: string): ReadonlySet<string> {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database.prepare("SELECT token_hash FROM requests WHERE outcome = 'approved'").all();
    return new Set((rows as readonly { token_hash: string }[]).map(({ token_hash }) => token_hash));
  } finally {
    database.close();
  }
}

test('a backup under load is one file of one moment, and the gate that is started from it passes every check', async () => {
  const backup = join(folder, 'backup.sqlite');
  const traffic = load();
  await eventually('decisions are written', () => traffic.decided.length > 20);

  const before = [...traffic.decided];
  const { code, out } = await gate.cli('backup', backup);
  const during = traffic.decided.length - before.length;
  await eventually('decisions go on', () => traffic.decided.length > before.length + during);
  await traffic.stop();

  expect([code, out]).toEqual([0, expect.stringContaining('GATE_SECRET as it is here opens it')]);
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.sqlite']);
  const held = decidedIn(backup);
  expect(before.filter((token) => !held.has(sha256Hex(token)))).toEqual([]);
  await gate.stop();
  expect(await gate.cli('restore', backup)).toMatchObject({ code: 0 });
  again = await start(gate.dataDir);
  expect(decidedIn(join(gate.dataDir, 'gate.sqlite'))).toEqual(held);
  const verified = await again.cli('audit', 'verify', '--json');
  expect(JSON.parse(verified.out)).toMatchObject({ sealed: expect.any(Number) });
  expect((await again.cli('doctor')).out).toContain('ok    database: answers');
  expect(await produce(again, newToken())).toBe(200);
}, 120_000);

test('restore refuses while a gate runs; afterwards it keeps the former database and says what to do next', async () => {
  const backup = join(folder, 'backup.sqlite');
  await gate.cli('backup', backup);
  await gate.cli('grant', VISITOR, HOST);

  const refused = await gate.cli('restore', backup);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('another gate uses this database') });
  expect((await visit(gate, VISITOR)).status).toBe(204);
  await gate.stop();
  const done = await gate.cli('restore', backup);

  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('GATE_SECRET opens it. Start the gate') });
  const files = readdirSync(gate.dataDir);
  const former = files.find((name) => /^gate\.sqlite\.before-restore-\w+$/.test(name)) ?? 'none';
  expect(decidedIn(join(gate.dataDir, former)).size).toBe(0);
  expect(files.filter((name) => name.includes('restoring') || /-(wal|shm)$/.test(name))).toEqual([]);
  for (const name of ['gate.sqlite', former]) expect(statSync(join(gate.dataDir, name)).mode & 0o777).toBe(0o600);
  again = await start(gate.dataDir);
  expect((await visit(again, VISITOR)).status).toBe(403);
}, 60_000);

test('what a restored backup lacks is told at the start, by doctor and by audit verify, until it is accepted', async () => {
  const head = async (): Promise<string> => (await gate.cli('audit', 'head')).out.trim();
  const file = join(gate.dataDir, 'audit.head');
  const kept = (): string => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
  const backup = join(folder, 'backup.sqlite');
  await gate.cli('grant', VISITOR, HOST);
  await eventually('the head is kept outside', async () => kept() === (await head()) && kept() !== '');
  const first = kept();
  await gate.cli('backup', backup);
  await gate.cli('grant', '203.0.113.8', HOST);
  await eventually('the next head is kept', async () => kept() !== first && kept() === (await head()));
  expect((await gate.cli('audit', 'verify')).code).toBe(0);
  const last = kept();
  await gate.stop();

  await gate.cli('restore', backup);
  const verified = await gate.cli('audit', 'verify');
  again = await start(gate.dataDir);
  await again.cli('grant', '203.0.113.9', HOST);

  expect(verified).toMatchObject({
    code: 1,
    out: expect.stringContaining('Acts are missing: DATA_DIR/audit.head keeps number'),
  });
  expect(again.printed.err).toContain('acts are missing from the audit trail');
  expect((await again.cli('doctor')).out).toContain('FAIL  audit head: acts are missing');
  expect(kept()).toBe(last);
  expect((await again.cli('audit', 'head', '--keep')).code).toBe(0);
  expect((await again.cli('audit', 'verify')).code).toBe(0);
  expect((await again.cli('doctor')).out).not.toContain('audit head');
}, 90_000);

test('a kept head that cannot be read counts as none that is right, until the trail is accepted', async () => {
  const file = join(gate.dataDir, 'audit.head');
  await gate.cli('grant', VISITOR, HOST);
  await eventually('the head is kept', () => existsSync(file));

  for (const text of ['garbage', '', '1:2']) {
    writeFileSync(file, text);
    await gate.cli('grant', VISITOR, HOST);
    expect(await gate.cli('audit', 'verify')).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    });
    expect((await gate.cli('doctor')).out).toContain('FAIL  audit head: DATA_DIR/audit.head cannot be read');
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
  expect((await gate.cli('audit', 'head', '--keep')).code).toBe(0);
  expect(await gate.cli('audit', 'verify')).toMatchObject({ code: 0, err: '' });
}, 60_000);

test('a backup of a gate that does not run is the same, on another machine too', async () => {
  await gate.cli('grant', VISITOR, HOST);
  await gate.stop();
  const backup = join(folder, 'backup.sqlite');

  expect((await gate.cli('backup', backup)).code).toBe(0);
  const elsewhere = { ...gate, dataDir: join(folder, 'elsewhere/data') };
  expect((await gate.cliIn({ DATA_DIR: elsewhere.dataDir }, 'restore', backup)).code).toBe(0);

  again = await start(elsewhere.dataDir);
  expect((await visit(again, VISITOR)).status).toBe(204);
}, 60_000);

test('a file that is there is replaced with --force alone, and a file of the gate itself never', async () => {
  const backup = join(folder, 'backup.sqlite');
  writeFileSync(backup, 'precious');
  const other = join(folder, 'other');
  symlinkSync(gate.dataDir, other);

  expect(await gate.cli('backup', backup)).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
  expect(readFileSync(backup, 'utf8')).toBe('precious');
  expect((await gate.cli('backup', '--force', backup)).code).toBe(0);
  for (const own of ['gate.sqlite', 'gate.sqlite-wal', 'audit.head', 'admin.token', 'admin.json'])
    for (const way of [gate.dataDir, other])
      expect(await gate.cli('backup', '--force', join(way, own))).toMatchObject({
        code: 1,
        err: expect.stringContaining('a file of the gate'),
      });
  expect((await gate.cli('backup', join(gate.dataDir, 'gate.sqlite.bak'))).code).toBe(0);
  expect(await gate.cli('backup', join(folder, 'none/x.sqlite'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot be written (ENOENT)'),
  });
  expect((await gate.admin('/v1/doctor')).status).toBe(200);
}, 60_000);

test.each([
  ['is damaged', (file: string) => truncateSync(file, statSync(file).size - 20_000), /damaged|no SQLite/],
  ['is something else', (file: string) => writeFileSync(file, 'x'.repeat(5_000)), /is no SQLite database/],
  ['is not there', (file: string) => rmSync(file), /there is no file/],
  ['is of another program', (file: string) => foreign(file), /is no ledger of the gate/],
  ['is of a newer version', (file: string) => fromTheFuture(file), /is of a newer version of the gate/],
])(
  'a backup that %s is refused, and nothing is changed',
  async (_what, spoil, why) => {
    const backup = join(folder, 'backup.sqlite');
    await gate.cli('backup', backup);
    await gate.stop();
    chmodSync(backup, 0o600);
    spoil(backup);
    const before = readFileSync(join(gate.dataDir, 'gate.sqlite'));

    const { code, err } = await gate.cli('restore', backup);

    expect([code, err]).toEqual([1, expect.stringMatching(why)]);
    expect(readFileSync(join(gate.dataDir, 'gate.sqlite')).equals(before)).toBe(true);
  },
  60_000,
);

test('with another GATE_SECRET nothing is restored, and the cure is named', async () => {
  const backup = join(folder, 'backup.sqlite');
  await gate.cli('backup', backup);
  await gate.stop();

  const { code, err } = await gate.cliIn({ GATE_SECRET: SECRET.replaceAll('5', '6') }, 'restore', backup);

  expect([code, err]).toEqual([1, expect.stringContaining('GATE_SECRET=<present>,<former>')]);
}, 60_000);

test('on PostgreSQL both name its own tools, and never the password', async () => {
  const environment = { DATABASE_URL: 'postgres://gate:hidden@127.0.0.1:9/gate' };

  const [backup, restore] = [
    await gate.cliIn(environment, 'backup', 'x'),
    await gate.cliIn(environment, 'restore', 'x'),
  ];

  expect(backup).toMatchObject({ code: 1, err: expect.stringContaining('pg_dump --format=custom') });
  expect(restore).toMatchObject({ code: 1, err: expect.stringContaining('pg_restore --clean --if-exists') });
  expect(backup.err + restore.err).not.toContain('hidden');
  expect(existsSync(join(folder, 'x'))).toBe(false);
}, 60_000);

test('a backup that was copied into place by hand is started from, and backed up again', async () => {
  const backup = join(folder, 'backup.sqlite');
  await gate.stop();
  const environment = { ...peers.environment, ...EMBEDDED_TALK, GATE_SECRET: SECRET };
  const withTalk = (dataDir: string): Promise<GateProcess> =>
    startGate({ sites: NO_CAP, environment, dataDir, sitesDir: folder });
  again = await withTalk(gate.dataDir);
  await again.cli('backup', backup);
  await again.stop();
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  copyFileSync(backup, join(elsewhere, 'gate.sqlite'));

  again = await withTalk(elsewhere);
  await again.stop();
  expect(readdirSync(elsewhere)).toContain('talk.sqlite');
  copyFileSync(backup, join(elsewhere, 'gate.sqlite'));
  again = await withTalk(elsewhere);
  expect(readdirSync(elsewhere)).toContain('talk.sqlite.enclosed');

  expect(await again.cli('backup', join(folder, 'next.sqlite'))).toMatchObject({ code: 0, err: '' });
  expect(await again.cli('backup', join(folder, 'next.sqlite/x'))).toMatchObject({
    code: 1,
    err: expect.stringContaining(`See that ${join(folder, 'next.sqlite')} is a folder`),
  });
  writeFileSync(join(elsewhere, 'admin.token'), 'SQLite format 3\0\n\u00e9');
  expect(await again.cli('doctor')).toMatchObject({ code: 69, out: expect.stringContaining('was overwritten') });
  await again.stop();
  expect(await again.cli('restore', folder)).toMatchObject({ code: 1, err: expect.stringContaining('is a folder') });
}, 60_000);

function foreign(file: string): void {
  rmSync(file);
  const database = new Database(file);
  database.exec('CREATE TABLE things (id INTEGER)');
  database.close();
}

function fromTheFuture(file: string): void {
  copyFileSync(file, `${file}.copy`);
  const database = new Database(file);
  database.exec("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Tomorrow9999999999999')");
  database.close();
}
