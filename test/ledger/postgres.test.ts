/** What is PostgreSQL's own: connections that are lost and made anew, numbers, and a server that is gone. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type pg from 'pg';
import { Secret } from '../../src/base/crypto/secret.js';
import type { Change, Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { listen } from '../../src/ledger/postgres/changes.js';
import { CHANNEL } from '../../src/ledger/postgres/notes.js';
import { approval, liveGrants, opened, openInput } from '../contract/ledger/inputs.js';
import { startDatabaseWire } from '../fixtures/network/tcp-proxy.js';
import { eventually } from '../fixtures/time/eventually.js';
import { createPostgresDatabase, onPostgres } from '../fixtures/databases/databases.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
let ledger: Ledger;
const wires: Awaited<ReturnType<typeof startDatabaseWire>>[] = [];

beforeEach(async () => {
  database = await createPostgresDatabase();
  ledger = await openLedger(database.where, { log: keptLog() });
});

afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close();
  await ledger.close();
  await database.remove();
});

function hears(kind: Change['kind']): Promise<Change> {
  return new Promise((resolve) => {
    ledger.subscribe((change) => {
      if (change.kind === kind) resolve(change);
    });
  });
}

/** Ends every connection the ledger has, as a restart of the server would. */
async function cutConnections(): Promise<void> {
  await onPostgres(database.where.url, (client) =>
    client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE datname = current_database() AND application_name LIKE 'koder-gate%'`),
  );
}

test('when its connections are cut it says lost, then regained, and brings changes again', async () => {
  const lost = hears('lost');
  const regained = hears('regained');

  await cutConnections();
  await lost;
  await regained;

  const told = hears('granted');
  const input = openInput();
  await ledger.requests.open(input, opened);
  await ledger.requests.decide(approval(input));
  expect(await told).toMatchObject({ grant: { requestId: input.id } });
});

test('notes of somebody else on the same channel harm nobody, and changes go on coming', async () => {
  const granted = hears('granted');
  const input = openInput();
  await ledger.requests.open(input, opened);
  for (const note of ['', 'null', '{"kind":"revoked"}', 'good morning'])
    await onPostgres(database.where.url, (client) => client.query('SELECT pg_notify($1, $2)', [CHANNEL, note]));

  await ledger.requests.decide(approval(input));

  expect(await granted).toMatchObject({ grant: { requestId: input.id } });
});

/** How many grants a process hears of, without its own verbs. */
function countGranted(by: Ledger): () => number {
  const ids = new Set<number>();
  by.subscribe((change) => {
    if (change.kind === 'granted') ids.add(change.grant.id);
  });
  return () => ids.size;
}

test('of many decisions at once another process hears every grant', async () => {
  const other = await openLedger(database.where, { log: keptLog() });
  const heard = countGranted(other);
  const inputs = Array.from({ length: 60 }, () => openInput());
  await Promise.all(inputs.map((input) => ledger.requests.open(input, opened)));

  await Promise.all(inputs.map((input) => ledger.requests.decide(approval(input))));

  await eventually('every grant is heard', () => heard() === inputs.length);
  await other.close();
});

test('a process that has lost the connection by which it hears still tells the others', async () => {
  const listeners = `SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'koder-gate listener'`;
  const mine = await onPostgres(database.where.url, (client) => client.query<{ pid: number }>(listeners));
  const other = await openLedger(database.where, { log: keptLog() });
  const heard = countGranted(other);
  const input = openInput();
  await ledger.requests.open(input, opened);
  const lost = hears('lost');
  await onPostgres(database.where.url, (client) =>
    client.query('SELECT pg_terminate_backend($1)', [mine.rows[0]?.pid]),
  );
  await lost;

  await ledger.requests.decide(approval(input));

  await eventually('the grant is heard', () => heard() === 1);
  await other.close();
});

test('numbers and times are numbers, whichever type the column has', async () => {
  const input = openInput();
  await ledger.requests.open(input, opened);
  const decided = await ledger.requests.decide(approval(input));
  const [grant] = await liveGrants(ledger);

  if (decided.kind !== 'decided') throw new Error('the first tap decides');
  const numbers = [
    decided.request.openedAtMs,
    decided.request.revision,
    decided.decision.atMs,
    decided.decision.grantedUntilMs,
    grant?.id,
    grant?.untilMs,
    await ledger.requests.msUntilNextDeadline().then((ms) => ms ?? 0),
  ];
  expect(numbers.map((number) => typeof number)).toEqual(numbers.map(() => 'number'));
});

test('a decision and all that follows from it is one statement', async () => {
  const input = openInput();
  await ledger.requests.open(input, opened);
  await onPostgres(database.where.url, (client) => client.query('ALTER TABLE audit ADD CHECK (what <> $$granted$$)'));

  await expect(ledger.requests.decide(approval(input))).rejects.toMatchObject({ code: '23514' });

  expect((await ledger.requests.byId(input.id))?.decision).toBeNull();
  expect(await liveGrants(ledger)).toEqual([]);
});

test('a server that does not answer is "unavailable", and a closed ledger too', async () => {
  await database.remove();

  await expect(ledger.ping()).rejects.toMatchObject({ code: 'ledger_unavailable' });
  await ledger.close();
  await expect(ledger.ping()).rejects.toMatchObject({ code: 'ledger_unavailable' });
});

test('whether changes arrive is known by a note to oneself, and so is a pooler that swallows it', async () => {
  const changes = await listen({ connectionString: database.where.url.revealText() }, keptLog());
  const swallowed = (): Promise<unknown> => Promise.resolve();

  expect(await ledger.hearsChanges()).toBe(true);
  expect(await changes.hears(swallowed)).toBe(false);
  await changes.close();
});

test('a server that is not there refuses the opening', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');

  const url = new Secret(`postgres://nobody@127.0.0.1:${String(port)}/none`);
  await expect(openLedger({ kind: 'postgres', url }, { log: keptLog() })).rejects.toMatchObject({
    code: 'ledger_unavailable',
    message: 'PostgreSQL cannot be used (ECONNREFUSED): nobody listens there',
  });
});

test('a database that is missing, and one where nothing may be made, refuse the opening by their code', async () => {
  const missing = new URL(database.where.url.revealText());
  missing.pathname = '/none_by_this_name';
  await onPostgres(database.where.url, (client) => client.query('CREATE ROLE gate_guest LOGIN PASSWORD $$guest$$'));
  const bare = await createPostgresDatabase();
  const guest = new URL(bare.where.url.revealText());
  guest.username = 'gate_guest';
  guest.password = 'guest';

  const opening = (url: URL) => openLedger({ kind: 'postgres', url: new Secret(url.href) }, { log: keptLog() });

  await expect(opening(missing)).rejects.toThrow('PostgreSQL cannot be used (3D000)');
  await expect(opening(guest)).rejects.toThrow('PostgreSQL cannot be used (42501)');
  await bare.remove();
  await onPostgres(database.where.url, (client) => client.query('DROP ROLE gate_guest'));
});

/** A second ledger, by way of a wire that a test may break. */
async function openBehindAWire(): Promise<{ readonly wire: (typeof wires)[number]; readonly behind: Ledger }> {
  const wire = await startDatabaseWire(database.where.url);
  wires.push(wire);
  return { wire, behind: await openLedger({ kind: 'postgres', url: wire.url }, { log: keptLog() }) };
}

async function waitsForALock(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_locks WHERE NOT granted');
  return rowCount !== 0;
}

test('a process that falls silent in the middle of a transaction holds up nobody: the server ends it, and its locks', async () => {
  const { wire, behind } = await openBehindAWire();
  const input = openInput();
  const unheard = await onPostgres(database.where.url, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE audit');
    const opening = behind.requests.open(input, opened).catch((error: unknown) => error);
    await eventually('it is under way', () => waitsForALock(client));
    wire.freeze();
    await client.query('ROLLBACK');
    return { opening };
  });

  const answer = await ledger.requests.open({ ...openInput(), tokenHash: input.tokenHash }, opened);

  expect(answer.kind).toBe('opened');
  expect(await unheard.opening).toMatchObject({ code: 'ledger_unavailable' });
  wire.thaw('lost');
  await behind.close();
}, 30_000);

test('a table that is not there yet, as while a backup is put back, is "unavailable" by its code until it is there', async () => {
  const rename = (from: string, to: string) =>
    onPostgres(database.where.url, (client) => client.query(`ALTER TABLE ${from} RENAME TO ${to}`));
  await rename('grants', 'grants_away');

  const refused = liveGrants(ledger);

  await expect(refused).rejects.toMatchObject({
    code: 'ledger_unavailable',
    reason: 'a table of ours is not there (42P01)',
  });
  await rename('grants_away', 'grants');
  expect(await liveGrants(ledger)).toEqual([]);
});

test('a connection that breaks under a verb is that verb\'s "unavailable" alone: the process and the other verbs go on', async () => {
  const { wire, behind } = await openBehindAWire();
  const refused = await onPostgres(database.where.url, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE audit');
    const input = openInput();
    const opening = behind.requests.open(input, opened).catch((error: unknown) => error);
    await eventually('the verb is under way', () => waitsForALock(client));
    wire.sever();
    return opening;
  });

  expect(refused).toMatchObject({ code: 'ledger_unavailable' });
  wire.thaw('lost');
  await behind.ping();
  await behind.close();
});
