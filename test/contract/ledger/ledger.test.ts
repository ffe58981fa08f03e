/** The ledger's suite: every promise on both databases, and every liar caught on both. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Ledger } from '../../../src/contract/ledger.js';
import { openLedger } from '../../../src/ledger/open.js';
import { keptLog } from '../../ledger/quiet-log.js';
import {
  createDatabase,
  databaseKinds,
  onPostgres,
  type DatabaseKind,
  type TestDatabase,
} from '../../setup/databases.js';
import type { LedgerCase, LedgerStage, Lie } from './case.js';
import { auditCases } from './audit.js';
import { deadLetterCases } from './dead-letters.js';
import { decisionCases } from './decisions.js';
import { deliveryCases } from './deliveries.js';
import { endCases } from './ends.js';
import { grantCases } from './grants.js';
import { leaseCases } from './leases.js';
import { limitCases } from './limits.js';
import { linkCases } from './links.js';
import { lostCardCases } from './lost-cards.js';
import { maybeThereCases } from './maybe-there.js';
import { muteCases } from './mutes.js';
import { producerCases } from './producers.js';
import { recordCases } from './records.js';
import { replayCases } from './replays.js';
import { reportCases } from './reports.js';
import { retentionCases } from './retention.js';
import { serviceTokenCases } from './service-tokens.js';

const cases: readonly LedgerCase[] = [
  ...limitCases,
  ...decisionCases,
  ...endCases,
  ...deliveryCases,
  ...lostCardCases,
  ...maybeThereCases,
  ...recordCases,
  ...producerCases,
  ...grantCases,
  ...muteCases,
  ...linkCases,
  ...replayCases,
  ...reportCases,
  ...leaseCases,
  ...deadLetterCases,
  ...serviceTokenCases,
  ...auditCases,
  ...retentionCases,
];

describe.each(databaseKinds)('the ledger on %s', (kind) => {
  let database: TestDatabase;
  let ledgers: readonly [Ledger, Ledger, Ledger];

  beforeAll(async () => {
    database = await createDatabase(kind);
    ledgers = await openThree(kind, database);
  });

  afterAll(async () => {
    for (const ledger of new Set(ledgers)) await ledger.close();
    await database.remove();
  });

  test.each(cases.map((one) => [one.promise, one] as const))('%s', async (_promise, one) => {
    await one.check(stage((honest) => honest));
  });

  describe('a liar is caught', () => {
    test.each(cases.map((one) => [one.promise, one] as const))('%s', async (_promise, one) => {
      await expect(one.check(stage(one.liar))).rejects.toThrow();
    });
  });

  function stage(lie: Lie): LedgerStage {
    const [first, second, third] = ledgers;
    const told = new Map([...new Set(ledgers)].map((ledger) => [ledger, lie(ledger)]));
    const of = (ledger: Ledger): Ledger => told.get(ledger) ?? ledger;
    return {
      ledger: of(first),
      processes: [of(first), of(second), of(third)],
      query: (text) => query(database, text),
      change: (text) => change(database, text),
    };
  }
});

async function openThree(kind: DatabaseKind, { where }: TestDatabase): Promise<readonly [Ledger, Ledger, Ledger]> {
  const open = (): Promise<Ledger> => openLedger(where, { log: keptLog() });
  if (kind === 'postgres') return Promise.all([open(), open(), open()]);
  const ledger = await open();
  return [ledger, ledger, ledger];
}

async function query({ where }: TestDatabase, text: string): Promise<readonly Record<string, unknown>[]> {
  if (where.kind === 'postgres') {
    return onPostgres(where.url, async (client) => (await client.query<Record<string, unknown>>(text)).rows);
  }
  const file = new Database(where.file, { readonly: true });
  try {
    return file.prepare<[], Record<string, unknown>>(text).all();
  } finally {
    file.close();
  }
}

async function change({ where }: TestDatabase, text: string): Promise<void> {
  if (where.kind === 'postgres') {
    await onPostgres(where.url, (client) => client.query(text));
    return;
  }
  const file = new Database(where.file);
  try {
    file.exec(text);
  } finally {
    file.close();
  }
}
