/** The worker that has the SQLite file: it may die. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/contract/ledger.js';
import { ledgerOver } from '../../src/ledger/client.js';
import { startSupervisedWorker } from '../../src/ledger/sqlite/supervised-worker.js';
import { holdLock } from '../../src/ledger/sqlite/lock.js';
import { startSqliteThread } from '../../src/ledger/sqlite/thread.js';
import { approval, liveGrants, opened, openInput } from '../contract/ledger/inputs.js';
import { eventually } from '../fixtures/time/eventually.js';
import { keptLog } from '../fixtures/logs/kept-log.js';
import { createFile, file, open } from '../fixtures/databases/sqlite-file.js';

createFile();

describe('the worker', () => {
  test('when it dies, what was asked and what is asked later is answered "unavailable", and listeners hear "lost"', async () => {
    const thread = await startSqliteThread(file);
    const ledger = ledgerOver(thread);
    const heard: Change[] = [];
    ledger.subscribe((change) => heard.push(change));
    const asked = Array.from({ length: 200 }, () => ledger.requests.open(openInput(), opened));

    const settled = Promise.allSettled(asked);
    await thread.kill();

    const refused = (await settled).filter((one) => one.status === 'rejected').map((one) => one.reason as unknown);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ code: 'ledger_unavailable' });
    await expect(ledger.ping()).rejects.toMatchObject({ code: 'ledger_unavailable' });
    expect(heard).toContainEqual({ kind: 'lost' });
    await ledger.close();
  });

  test('when it dies among writers that share commits, who was answered is in the file, and who was not is there whole or not at all', async () => {
    const thread = await startSqliteThread(file);
    const ledger = ledgerOver(thread);
    const inputs = Array.from({ length: 400 }, () => openInput());
    const answered = new Set<string>();

    const settled = Promise.allSettled(
      inputs.map(async (input) => {
        await ledger.requests.open(input, opened);
        answered.add(input.id);
        if (answered.size === 100) void thread.kill();
      }),
    );
    await settled;

    expect(answered.size).toBeLessThan(inputs.length);
    const again = await open();
    for (const input of inputs) {
      const [isThere, cards] = [await again.requests.byId(input.id), await again.deliveries.ofRequest(input.id)];
      if (answered.has(input.id)) expect(isThere).not.toBeNull();
      expect(cards).toHaveLength(isThere === null ? 0 : 1);
    }
    await again.close();
  });

  test('is started again when it dies: listeners hear it, and what was acknowledged is there', async () => {
    const thread = await startSupervisedWorker(file, { log: keptLog() });
    const ledger = ledgerOver(thread);
    const heard: Change['kind'][] = [];
    const regained = new Promise<void>((resolve) => {
      ledger.subscribe(({ kind }) => {
        if (kind === 'lost' || kind === 'regained') heard.push(kind);
        if (kind === 'regained') resolve();
      });
    });
    const input = openInput();
    await ledger.requests.open(input, opened);

    await thread.kill();
    await regained;

    expect(heard).toEqual(['lost', 'regained']);
    expect(await ledger.requests.decide(approval(input))).toMatchObject({ kind: 'decided' });
    await ledger.close();
    await (await open()).close();
  });

  test('that cannot be started again is tried on, and answers once it can', async () => {
    const log = keptLog();
    const thread = await startSupervisedWorker(file, { log });
    const ledger = ledgerOver(thread);
    const regained = new Promise<void>((resolve) => {
      ledger.subscribe(({ kind }) => {
        if (kind === 'regained') resolve();
      });
    });
    await thread.kill();
    const letGo = holdLock(file);
    await eventually('a restart was refused', () =>
      log.lines.some((line) => line.includes('could not be opened again')),
    );
    await expect(ledger.ping()).rejects.toMatchObject({ code: 'ledger_unavailable' });

    letGo();
    await regained;

    await ledger.ping();
    await ledger.close();
  });

  test('that died is not started again by a ledger that is closed', async () => {
    const thread = await startSupervisedWorker(file, { log: keptLog() });
    await thread.kill();

    await ledgerOver(thread).close();

    await (await open()).close();
  });

  test('a file that is no database refuses the opening', async () => {
    writeFileSync(file, 'this is not a database, and long enough to be looked at as one'.repeat(100));

    await expect(open()).rejects.toMatchObject({ code: 'SQLITE_NOTADB' });
  });

  test('what was acknowledged before it died is there afterwards', async () => {
    const thread = await startSqliteThread(file);
    const input = openInput();
    await ledgerOver(thread).requests.open(input, opened);
    await ledgerOver(thread).requests.decide(approval(input));
    await thread.kill();

    const ledger = await open();

    expect((await ledger.requests.byId(input.id))?.decision?.outcome).toBe('approved');
    expect(await liveGrants(ledger)).toHaveLength(1);
    await ledger.close();
  });

  test('a bug stays a bug: it is not taken for a database that is out of reach', async () => {
    const ledger = await open();

    const refused = ledger.requests.open(openInput({ host: null as unknown as string }), opened);

    await expect(refused).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_NOTNULL' });
    await ledger.ping();
    await ledger.close();
  });
});
