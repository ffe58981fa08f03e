/** The audit trail of real gates, verified and exported by `gate audit` beside them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { packageRoot } from '../../src/base/process/package-root.js';
import { silentFile } from '../fixtures/disks/silent-disk.js';
import { databaseKinds, onPostgres } from '../fixtures/databases/databases.js';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { newToken, produce, tapOverTalk, visit } from '../fixtures/processes/people.js';
import { ADA, HOST } from '../fixtures/sites/sites.js';

const MAIN = join(packageRoot(), 'dist/run/main.js');
/** A stopped sealer's lease, and the turn after it. */
const AFTER_A_LEASE_MS = 30_000;
const DAY_MS = 86_400_000;

let fixture: Fixture;

afterEach(() => fixture.close());

interface Verified {
  readonly isWhole: boolean;
  readonly head: { readonly number: number; readonly seal: string } | null;
  readonly sealed: number;
  readonly unsealed: { readonly count: number };
  readonly problems: readonly { readonly kind: string; readonly number: number; readonly id: number | null }[];
}

async function verified(gate: GateProcess, ...more: readonly string[]): Promise<{ code: number; found: Verified }> {
  const { code, out } = await gate.cli('audit', 'verify', '--json', ...more);
  return { code, found: JSON.parse(out) as Verified };
}

/** Everything that was written is sealed. */
async function sealed(gate: GateProcess): Promise<Verified> {
  return eventually(
    'nothing waits for a seal',
    async () => {
      const { found } = await verified(gate);
      return found.unsealed.count === 0 && found.sealed > 0 ? found : null;
    },
    AFTER_A_LEASE_MS,
  );
}

async function decided(gate: GateProcess): Promise<void> {
  const token = newToken();
  expect(await produce(gate, token)).toBe(200);
  const tap = { token, verb: 'approve', user: ADA, key: fixture.peers.talkKey } as const;
  expect(await tapOverTalk(gate, tap)).toContain('Approved');
}

/** As whoever has the database could. */
async function tamper(gate: GateProcess, statement: string): Promise<void> {
  if (fixture.database.kind === 'postgres') {
    await onPostgres(fixture.database.url, (client) => client.query(statement));
    return;
  }
  const file = new Database(join(gate.dataDir, 'gate.sqlite'));
  file.exec(statement);
  file.close();
}

describe.each(databaseKinds)('on %s', (kind) => {
  test('what a running gate wrote is sealed and verifies; a change is named, and so is a head that was kept', async () => {
    fixture = await openFixture(kind);
    const { gate } = fixture;
    await decided(gate);
    await sealed(gate);
    const kept = (await gate.cli('audit', 'head')).out.trim();
    await decided(gate);
    await sealed(gate);

    const whole = await gate.cli('audit', 'verify', '--head', kept);
    await tamper(gate, `UPDATE audit SET who = 'mallory' WHERE number = 2`);
    const changed = await verified(gate, '--head', kept);
    const told = await gate.cli('audit', 'verify');
    const other = await gate.cli('audit', 'verify', '--head', `1:${'0'.repeat(64)}`);

    expect(whole).toMatchObject({ code: 0, err: '' });
    expect(whole.out).toMatch(/^The trail is whole: \d+ sealed entries; the head that you kept is in it, at \d+\.$/m);
    expect(changed).toMatchObject({ code: 1, found: { isWhole: false, problems: [{ kind: 'changed', number: 2 }] } });
    expect(told.code).toBe(1);
    expect(told.out).toMatch(/number 2 \(id \d+\): the entry is not the one that was sealed/);
    expect(other.out).toContain('number 1: the head that you kept has another seal now');
  }, 90_000);

  test('the trail is exported as NDJSON and as CSV, whole or in part, with every number and seal', async () => {
    fixture = await openFixture(kind);
    const { gate } = fixture;
    await decided(gate);
    await gate.cli('grant', '198.51.100.7', HOST, '--for', '1h', '--as', '=cmd');
    const { sealed: count } = await sealed(gate);

    const all = await gate.cli('audit', 'export');
    const csv = await gate.cli('audit', 'export', '--format', 'csv');
    const none = await gate.cli('audit', 'export', '--until', '2020-01-01');
    const ofSite = await gate.cli('audit', 'export', '--site', HOST, '--since', '2020-01-01T00:00:00Z');

    const entries = all.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.length).toBeGreaterThanOrEqual(count);
    for (const entry of entries) expect(entry).toMatchObject({ seal: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(entries.map(({ number }) => number).sort((one, other) => Number(one) - Number(other))).toEqual(
      entries.map((_, index) => index + 1),
    );
    const [heading, ...lines] = csv.out.trimEnd().split('\r\n');
    expect(heading).toBe('number,seal,id,at,who,what,surface,site,address,request_id,detail,erased');
    expect(lines).toHaveLength(entries.length);
    for (const cell of lines.flatMap((line) => line.split(','))) expect(cell).not.toMatch(/^"?[=+@-]/);
    expect(none.out).toBe('');
    expect(ofSite.out.trimEnd().split('\n').length).toBeLessThanOrEqual(entries.length);
    expect(ofSite.out).toContain(HOST);
  }, 90_000);

  test('after a restart what is past goes, the event says how much, and the erased trail verifies', async () => {
    fixture = await openFixture(kind, { environment: { RETENTION_DAYS_REQUESTS: '90' } });
    const { gate } = fixture;
    await decided(gate);
    const by = String(200 * DAY_MS);
    await gate.stop();
    await tamper(gate, `UPDATE grants SET until = 1`);
    await tamper(gate, `UPDATE deliveries SET due_at = NULL, state = 'sent'`);
    await tamper(
      gate,
      `UPDATE requests SET opened_at = opened_at - ${by}, decided_at = decided_at - ${by}, granted_until = 1`,
    );

    const again = await fixture.start(gate);
    const line = await eventually(
      'retention is told',
      () => /^.*auth_gate\.retention.*$/m.exec(again.printed.out)?.[0],
    );

    expect(JSON.parse(line)).toMatchObject({ event: 'auth_gate.retention', removed: { requests: 1, grants: 1 } });
    const { problems } = await sealed(again);
    expect(problems).toEqual([]);
    expect((await again.cli('audit', 'export')).out).toContain('"what":"retention"');
  }, 90_000);
});

test('an older state put back under a running gate: the kept head stays, the log and the doctor say that acts are missing', async () => {
  fixture = await openFixture('postgres');
  const { gate } = fixture;
  await decided(gate);
  const older = (await sealed(gate)).head ?? { number: 0, seal: '' };
  await decided(gate);
  const newest = (await sealed(gate)).head ?? { number: 0, seal: '' };
  const file = join(gate.dataDir, 'audit.head');
  const evidence = `${String(newest.number)}:${newest.seal}\n`;
  await eventually('the newest head is kept', () => readFileSync(file, 'utf8') === evidence);
  const after = `number > ${String(older.number)}`;

  await tamper(
    gate,
    `DELETE FROM audit WHERE ${after}; DELETE FROM seals WHERE ${after};
     UPDATE audit_head SET number = ${String(older.number)}, seal = '${older.seal}'`,
  );
  for (let at = 0; at < 2; at += 1) {
    await decided(gate);
    await eventually('it is sealed', async () => (await verified(gate)).found.unsealed.count === 0);
  }

  await eventually('the log says so', () => gate.printed.err.includes('acts are missing from the audit trail'));
  expect(readFileSync(file, 'utf8')).toBe(evidence);
  expect((await gate.cli('doctor')).out).toContain(`acts are missing: number ${String(newest.number)}`);
}, 90_000);

test('a disk that does not answer for the kept head stalls no check, and the seals go on', async () => {
  fixture = await openFixture('sqlite');
  const { gate } = fixture;
  await decided(gate);
  await sealed(gate);
  const disk = silentFile(join(gate.dataDir, 'audit.head.new'));

  try {
    await decided(gate);
    const { head } = await sealed(gate);
    const visits = [];
    for (let at = 0; at < 20; at += 1) visits.push((await visit(gate, `198.51.100.${String(at)}`)).status);
    await decided(gate);
    const later = await sealed(gate);

    expect(new Set(visits)).toEqual(new Set([403]));
    expect(later.head?.number).toBeGreaterThan(head?.number ?? 0);
  } finally {
    await disk.answer();
  }
}, 90_000);

test('a gate that was stopped in the middle of sealing and wakes up writes no second chain', async () => {
  fixture = await openFixture('postgres', { processes: 2 });
  const [one, other] = fixture.gates as readonly [GateProcess, GateProcess];

  for (const [stopped, running] of [
    [one, other],
    [other, one],
  ] as const) {
    await decided(stopped);
    stopped.child.kill('SIGSTOP');
    try {
      await decided(running);
      await sealed(running);
    } finally {
      stopped.child.kill('SIGCONT');
    }
    await decided(stopped);
    await sealed(running);
  }

  const { code, found } = await verified(one);
  expect(code).toBe(0);
  expect(found.head?.number).toBe(found.sealed);
}, 150_000);

describe('without a gate', () => {
  async function audit(environment: Readonly<Record<string, string>>, ...words: readonly string[]) {
    const child = spawn(process.execPath, [MAIN, 'audit', ...words], {
      env: { PATH: '', ...environment },
      stdio: 'pipe',
    });
    const printed = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, ...printed };
  }

  test('a database is read by its place alone, without any of the gate’s secrets', async () => {
    fixture = await openFixture('sqlite');
    const { gate } = fixture;
    await decided(gate);
    await sealed(gate);
    await gate.stop();

    const { code, out, err } = await audit({ DATA_DIR: gate.dataDir }, 'verify');

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('The trail is whole');
    expect(out).toContain('Not sealed yet');
  }, 60_000);

  test('what is wrong is said in words and by exit code: no database, an older one, one out of reach, a wrong head', async () => {
    fixture = await openFixture('postgres', { processes: 0 });
    if (fixture.database.kind !== 'postgres') throw new Error('a fixture on PostgreSQL');
    const folder = mkdtempSync(join(tmpdir(), 'gate-audit-'));

    const missing = await audit({ DATA_DIR: folder }, 'verify');
    const older = await audit({ DATABASE_URL: fixture.database.url.revealText() }, 'head');
    const away = await audit({ DATABASE_URL: 'postgres://gate:hidden@127.0.0.1:1/gate' }, 'export');
    const noUrl = await audit({ DATABASE_URL: 'mysql://hidden' }, 'verify');
    const usage = await audit({ DATA_DIR: folder }, 'verify', '--head', '12:zz');
    rmSync(folder, { recursive: true });

    expect(missing).toMatchObject({ code: 78, out: '', err: expect.stringContaining('there is no database at') });
    expect(older).toMatchObject({ code: 1, err: expect.stringContaining('gate migrate') });
    expect(away).toMatchObject({ code: 69, err: expect.stringContaining('ECONNREFUSED') });
    expect(noUrl).toMatchObject({ code: 78, err: expect.stringContaining('DATABASE_URL') });
    expect(usage).toMatchObject({ code: 2, err: expect.stringContaining('gate audit head') });
    for (const { out, err } of [away, noUrl]) expect(out + err).not.toContain('hidden');
  });
});
