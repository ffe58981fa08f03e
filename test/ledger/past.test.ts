/** What only time does, or a process of an older version: rows are changed beside the ledger, which is closed meanwhile. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../src/contract/ledger.js';
import { openLedger } from '../../src/ledger/open.js';
import { ANA, approval, newAddress, opened, openInput, revokedOn, SITE } from '../contract/ledger/inputs.js';
import { createDatabase, databaseKinds, type TestDatabase } from '../fixtures/databases/databases.js';
import { runBeside } from '../fixtures/databases/beside.js';
import { keptLog } from '../fixtures/logs/kept-log.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe.each(databaseKinds)('on %s', (kind) => {
  let database: TestDatabase;
  let ledger: Ledger;

  beforeEach(async () => {
    database = await createDatabase(kind);
    ledger = await openLedger(database.where, { log: keptLog() });
  });

  afterEach(async () => {
    await ledger.close();
    await database.remove();
  });

  /** Runs one statement and opens the ledger again. Answers its rows, where it has any. */
  async function beside(statement: string): Promise<readonly unknown[]> {
    await ledger.close();
    const rows = await runBeside(database, statement);
    ledger = await openLedger(database.where, { log: keptLog() });
    return rows;
  }

  function grantBy(replayKey: string) {
    return ledger.grants.grant({ site: SITE, address: newAddress(), ttlSeconds: 60, by: ANA, replayKey }, opened);
  }

  test('a replay key is kept for a day, then it is free again, and old ones go with the next call', async () => {
    for (const key of ['slack:a', 'slack:b', 'slack:c']) await grantBy(key);
    await beside(`UPDATE replays SET until = until - ${String(DAY_MS - 60_000)}`);
    expect(await grantBy('slack:a')).toEqual({ kind: 'repeated' });
    await beside(`UPDATE replays SET until = until - 60000`);

    const again = await grantBy('slack:a');

    expect(again).not.toEqual({ kind: 'repeated' });
    expect(await beside(`SELECT key FROM replays`)).toEqual([{ key: 'slack:a' }]);
  });

  test('a token’s use is noted again after an hour, and not before', async () => {
    const input = { id: 'token-1', hash: 'hash-1', producer: 'jet', label: '', ttlSeconds: null };
    await ledger.serviceTokens.mint(input, opened);
    const first = (await ledger.serviceTokens.use('hash-1'))?.lastUsedAtMs ?? 0;
    await beside(`UPDATE service_tokens SET last_used_at = last_used_at - ${String(HOUR_MS - 60_000)}`);
    expect((await ledger.serviceTokens.use('hash-1'))?.lastUsedAtMs).toBe(first - HOUR_MS + 60_000);
    await beside(`UPDATE service_tokens SET last_used_at = last_used_at - 60000`);

    const later = await ledger.serviceTokens.use('hash-1');

    expect(later?.lastUsedAtMs).toBeGreaterThanOrEqual(first);
  });

  test('a grant that an older version revoked, telling no request, is neither extended nor revoked again', async () => {
    const input = openInput();
    await ledger.requests.open(input, opened);
    await ledger.requests.decide(approval(input));
    await beside(`UPDATE grants SET revoked_at = 1`);
    const extension = { requestId: input.id, by: ANA, replayKey: null };

    const answers = [
      await ledger.grants.extend({ ...extension, ttlSeconds: 9_000 }, opened),
      await ledger.grants.extend({ ...extension, ttlSeconds: 1 }, opened),
      await revokedOn(ledger, { sites: [SITE], requestId: input.id }, opened),
    ];

    expect(answers).toEqual([null, null, []]);
    expect(await ledger.grants.find(SITE, input.address)).toBeNull();
    expect((await ledger.requests.byId(input.id))?.revision).toBe(2);
  });
});
