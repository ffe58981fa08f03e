/** A failover that went wrong: what answers under the address of the database is a standby, which knows only the past. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Secret } from '../../src/base/crypto/secret.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { openLedger, openTrail } from '../../src/ledger/open.js';
import { opened, openInput } from '../contract/ledger/inputs.js';
import { eventually } from '../fixtures/time/eventually.js';
import { onPostgres } from '../fixtures/databases/databases.js';
import { freePort } from '../fixtures/network/ports.js';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../fixtures/databases/throwaway-postgres.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const REFUSED = { code: 'ledger_unavailable', reason: expect.stringContaining('standby') as unknown };
/** A standby says "starting" until its files are consistent. */
const STARTS_WITHIN_MS = 10_000;

let server: ThrowawayPostgres;
let url: Secret;
let ledger: Ledger;

beforeAll(async () => {
  server = await startThrowawayPostgres({ port: await freePort(), isSynced: false });
  url = new Secret(server.url());
  ledger = await openLedger({ kind: 'postgres', url }, { log: keptLog() });
}, 60_000);

afterAll(async () => {
  await ledger.close();
  await server.remove();
}, 30_000);

test('nothing is believed that a standby says, no process starts on one, the trail can be read there, and a promotion ends it', async () => {
  await ledger.requests.open(openInput(), opened);
  await server.demote();
  const isRead = (): Promise<boolean> =>
    onPostgres(url, (client) => client.query('SELECT * FROM grants')).then(
      () => true,
      () => false,
    );
  await eventually('the standby answers reads', isRead, STARTS_WITHIN_MS);

  await expect(ledger.grants.livePage(0, 10)).rejects.toMatchObject(REFUSED);
  await expect(ledger.ping()).rejects.toMatchObject(REFUSED);
  await expect(openLedger({ kind: 'postgres', url }, { log: keptLog() })).rejects.toThrow('(25006)');
  const replica = await openTrail({ kind: 'postgres', url });
  expect((await replica.trail.unsealed()).count).toBeGreaterThan(0);
  await replica.close();

  await onPostgres(url, (client) => client.query('SELECT pg_promote()'));
  await ledger.ping();
  await ledger.requests.open(openInput(), opened);
}, 60_000);
