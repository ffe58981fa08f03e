/** The ledger's suite: every promise on both databases, and every mutant caught on both. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Ledger } from '../../../src/contract/ledger.js';
import { openLedger } from '../../../src/ledger/open.js';
import { keptLog } from '../../fixtures/logs/kept-log.js';
import {
  createDatabase,
  databaseKinds,
  onPostgres,
  type DatabaseKind,
  type TestDatabase,
} from '../../fixtures/databases/databases.js';
import type { LedgerCase, LedgerStage, Lie } from './case.js';
import { acceptedCases } from './accepted.js';
import { accountCases } from './accounts.js';
import { auditCases } from './audit.js';
import { claimCases } from './claims.js';
import { deadLetterCases } from './dead-letters.js';
import { approvalProofCases } from './approval-proofs.js';
import { decisionCases } from './decisions.js';
import { enrolmentCases } from './enrolments.js';
import { expiryCases } from './expiries.js';
import { extensionCases } from './extensions.js';
import { factorCases } from './factors.js';
import { failureCases } from './failures.js';
import { finalCardCases } from './final-cards.js';
import { firstAttemptCases } from './first-attempts.js';
import { grantEndCases } from './grant-ends.js';
import { grantListCases } from './grant-lists.js';
import { grantPageCases } from './grant-pages.js';
import { handedOutCases } from './handed-out.js';
import { handoffCases } from './handoffs.js';
import { leaseCases } from './leases.js';
import { limitCases } from './limits.js';
import { linkCases } from './links.js';
import { lookCases } from './looks.js';
import { lostCardCases } from './lost-cards.js';
import { mailedLinkCases } from './mailed-links.js';
import { mailRecordCases } from './mail-records.js';
import { mailRefusalCases } from './mail-refusals.js';
import { mailSecretCases } from './mail-secrets.js';
import { mailRoutingCases } from './mail-routing.js';
import { mailThrottleCases } from './mail-throttles.js';
import { maybeThereCases } from './maybe-there.js';
import { messageEndCases } from './message-ends.js';
import { messageCases } from './messages.js';
import { muteEndCases } from './mute-ends.js';
import { muteCases } from './mutes.js';
import { orderCases } from './order.js';
import { producerMailCases } from './producer-mails.js';
import { producerCases } from './producers.js';
import { providerLogoutCases } from './provider-logouts.js';
import { queueActCases } from './queue-acts.js';
import { queueLookCases } from './queue-looks.js';
import { queueRemovalCases } from './queue-removals.js';
import { redriveCases } from './redrives.js';
import { reasonCases } from './reasons.js';
import { recordCases } from './records.js';
import { redrawingCases } from './redrawings.js';
import { repeatedTapCases } from './repeated-taps.js';
import { replayCases } from './replays.js';
import { reportCases } from './reports.js';
import { requestRetentionCases } from './retention-of-requests.js';
import { trailRetentionCases } from './retention-of-trail.js';
import { ranOutCases } from './retention-of-what-ran-out.js';
import { revocationCases } from './revocations.js';
import { rollupCases } from './rollups.js';
import { secondFactorCases } from './second-factors.js';
import { serviceSessionCases } from './service-sessions.js';
import { serviceTokenCases } from './service-tokens.js';
import { sessionLifeCases } from './session-life.js';
import { sessionCases } from './sessions.js';
import { siteTokenCases } from './site-tokens.js';
import { suppressionCases } from './suppressions.js';
import { tamperingCases } from './tampering.js';
import { waitingCases } from './waiting.js';
import { wayCases } from './ways.js';
import { windowCases } from './windows.js';

const cases: readonly LedgerCase[] = [
  ...mailRoutingCases,
  ...mailThrottleCases,
  ...limitCases,
  ...lookCases,
  ...wayCases,
  ...providerLogoutCases,
  ...windowCases,
  ...waitingCases,
  ...decisionCases,
  ...approvalProofCases,
  ...repeatedTapCases,
  ...expiryCases,
  ...reasonCases,
  ...revocationCases,
  ...extensionCases,
  ...claimCases,
  ...redrawingCases,
  ...firstAttemptCases,
  ...lostCardCases,
  ...finalCardCases,
  ...maybeThereCases,
  ...messageCases,
  ...messageEndCases,
  ...queueLookCases,
  ...queueActCases,
  ...redriveCases,
  ...queueRemovalCases,
  ...recordCases,
  ...grantEndCases,
  ...sessionCases,
  ...producerMailCases,
  ...producerCases,
  ...orderCases,
  ...grantPageCases,
  ...grantListCases,
  ...muteCases,
  ...muteEndCases,
  ...linkCases,
  ...mailedLinkCases,
  ...mailRecordCases,
  ...mailSecretCases,
  ...mailRefusalCases,
  ...accountCases,
  ...sessionLifeCases,
  ...factorCases,
  ...secondFactorCases,
  ...handoffCases,
  ...handedOutCases,
  ...enrolmentCases,
  ...replayCases,
  ...reportCases,
  ...acceptedCases,
  ...failureCases,
  ...suppressionCases,
  ...leaseCases,
  ...deadLetterCases,
  ...serviceSessionCases,
  ...serviceTokenCases,
  ...siteTokenCases,
  ...auditCases,
  ...tamperingCases,
  ...trailRetentionCases,
  ...requestRetentionCases,
  ...ranOutCases,
  ...rollupCases,
];

const MUTANT_ROUNDS = 5;

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

  describe('a mutant is caught', () => {
    test.each(cases.map((one) => [one.promise, one] as const))('%s', async (_promise, one) => {
      // a driver's errors are of another realm, in which jest sees none
      await expect(checkedOften(() => one.check(stage(one.mutant)))).rejects.toHaveProperty('message');
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

/** A mutant of a race may be quick enough for once. */
async function checkedOften(check: () => Promise<void>): Promise<void> {
  for (let round = 0; round < MUTANT_ROUNDS; round++) await check();
}

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
