/** SIGTERM at the worst moment: a tap under way, a channel that hangs and an open socket, all at once. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { onPostgres } from '../fixtures/databases/databases.js';
import { BOT_ID, BOT_TOKEN } from '../fakes/discord-keys.js';
import { startFakeDiscord } from '../fakes/discord.js';
import { startDatabaseWire } from '../fixtures/network/tcp-proxy.js';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture } from '../fixtures/processes/installation.js';
import { newToken, produce, tapOverTalk } from '../fixtures/processes/people.js';
import { rowsOf } from '../fixtures/databases/rows.js';
import { ADA } from '../fixtures/sites/sites.js';

const STOP_LIMIT_MS = 5_000;

test('it takes less than five seconds: the tap is answered, the lease is given back, the socket is closed', async () => {
  const discord = await startFakeDiscord();
  const environment = { DISCORD_API_URL: discord.apiUrl, DISCORD_BOT_TOKEN: BOT_TOKEN, DISCORD_APPLICATION_ID: BOT_ID };
  const fixture = await openFixture('postgres', { environment });
  try {
    const { gate, database } = fixture;
    if (database.kind !== 'postgres') throw new Error('this fixture has PostgreSQL');
    await eventually('the socket is up', () => discord.gateway.sockets() > 0);
    await fixture.peers.talk.behave({ kind: 'hang' });
    const arrived = fixture.peers.talk.arrival();
    const token = newToken();
    expect(await produce(gate, token)).toBe(200);
    await arrived;
    const { code, tookMs, told } = await onPostgres(database.url, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT id FROM requests FOR UPDATE');
      const tapping = tapOverTalk(gate, { token, verb: 'approve', user: ADA, key: fixture.peers.talkKey });
      const isWaiting = async (): Promise<boolean> =>
        (await client.query('SELECT 1 FROM pg_locks WHERE NOT granted')).rows.length > 0;
      await eventually('the tap is under way', isWaiting);

      const startedMs = performance.now();
      const stopping = gate.stop();
      await eventually('nothing is accepted any more', () => isRefused(gate.ports.public));
      await client.query('COMMIT');

      return { told: await tapping, code: await stopping, tookMs: performance.now() - startedMs };
    });

    expect(told).toContain('Approved');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(STOP_LIMIT_MS);
    expect(discord.gateway.sockets()).toBe(0);
    expect(await rowsOf(fixture, 'SELECT id FROM deliveries WHERE claim_token IS NOT NULL')).toEqual([]);
    expect(await rowsOf(fixture, `SELECT name FROM leases WHERE until > ${NOW}`)).toEqual([]);
  } finally {
    await fixture.close();
    await discord.close();
  }
}, 60_000);

test('it takes less than five seconds, and is clean, where the database does not answer any more', async () => {
  const fixture = await openFixture('postgres', { processes: 0 });
  if (fixture.database.kind !== 'postgres') throw new Error('this fixture has PostgreSQL');
  const wire = await startDatabaseWire(fixture.database.url);
  try {
    const gate = await fixture.startWith({ environment: { DATABASE_URL: wire.url.revealText() } });
    wire.freeze();
    const startedMs = performance.now();

    const code = await gate.stop();

    expect([code, gate.printed.err]).toEqual([0, expect.not.stringContaining('cut short')]);
    expect(performance.now() - startedMs).toBeLessThan(STOP_LIMIT_MS);
  } finally {
    await fixture.close();
    await wire.close();
  }
}, 60_000);

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)';

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return !isOpen;
}
