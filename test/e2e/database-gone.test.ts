/**
 * A gate that is cut off from its database, while another process is not: whom it knows it still lets pass, for no longer
 * than GATE_STALE_MAX even where the right was revoked meanwhile; nobody else, and nothing is opened. Then it recovers.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startDatabaseWire } from '../fixtures/network/tcp-proxy.js';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { visit } from '../fixtures/processes/people.js';
import { rowsOf } from '../fixtures/databases/rows.js';
import { HOST } from '../fixtures/sites/sites.js';

const STALE_MAX_MS = 2_000;
const OPENED = 'SELECT id FROM requests ORDER BY id';
const VISITOR = '203.0.113.7';
const STRANGER = '198.51.100.9';

let fixture: Fixture;
let wire: Awaited<ReturnType<typeof startDatabaseWire>>;
let apart: GateProcess;

beforeEach(async () => {
  fixture = await openFixture('postgres');
  if (fixture.database.kind !== 'postgres') throw new Error('this fixture has PostgreSQL');
  wire = await startDatabaseWire(fixture.database.url);
  const environment = { DATABASE_URL: wire.url.revealText(), GATE_STALE_MAX: String(STALE_MAX_MS / 1_000) };
  apart = await fixture.startWith({ environment });
  expect((await fixture.gate.cli('grant', VISITOR, HOST)).code).toBe(0);
  await eventually('the visitor passes', async () => (await visit(apart, VISITOR)).status === 204);
}, 60_000);

afterEach(async () => {
  wire.thaw('lost');
  await fixture.close();
  await wire.close();
});

test.each([
  { how: 'its connections are cut', part: () => wire.sever() },
  { how: 'nothing comes through any more, without a word', part: () => wire.freeze() },
])(
  'when $how',
  async ({ part }) => {
    // the visitor may have asked before the grant came over
    const opened = await rowsOf(fixture, OPENED);
    part();
    const goneAtMs = performance.now();
    expect((await visit(apart, VISITOR)).status).toBe(204);
    // by the process that still reaches the database
    expect((await fixture.gate.cli('revoke', VISITOR)).code).toBe(0);
    const last = await lastPass();

    expect(last - goneAtMs).toBeLessThan(STALE_MAX_MS);
    const page = await visit(apart, STRANGER);
    expect([page.status, page.headers['retry-after']]).toEqual([403, '30']);
    expect(page.text).toContain('Requests cannot be taken at this moment');
    expect(await rowsOf(fixture, OPENED)).toEqual(opened);
    const ready = await apart.admin('/readyz');
    expect(ready.status).toBe(503);
    expect(ready.json).toMatchObject({
      parts: expect.arrayContaining([
        { name: 'database', isReady: false, why: expect.stringMatching(/^does not answer/) },
        { name: 'gate', isReady: false, why: expect.stringContaining('out of reach') },
      ]),
    });
    expect((await fetch(`${apart.publicUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${String(apart.ports.gate)}/healthz`)).status).toBe(200);

    // whatever was in the middle of something when its connection ended
    expect(apart.child.exitCode).toBeNull();
    wire.thaw('lost');

    await eventually('it is ready by itself', async () => (await apart.admin('/readyz')).status === 200, 30_000);
    expect((await visit(apart, VISITOR)).status).toBe(403);
    expect((await visit(apart, STRANGER)).text).toContain('Access pending');
  },
  90_000,
);

/** When the last visitor asked who was let pass: visits go on until four seconds of them were not. */
async function lastPass(): Promise<number> {
  let lastMs = performance.now();
  for (let askedMs = lastMs; askedMs - lastMs < STALE_MAX_MS * 2; askedMs = performance.now()) {
    const { status } = await visit(apart, VISITOR);
    if (status === 204) lastMs = askedMs;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  return lastMs;
}
