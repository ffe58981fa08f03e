/** How long a session lives, over the real ledger: by the policy of the moment, and with a database that takes no writes. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import type { ApproverId } from '../../src/approval/brand.js';
import { USUAL_IDENTITY, type IdentityPolicy } from '../../src/approval/identity-policy.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { IdentityLedger } from '../../src/contract/identity-ledger.js';
import { LedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { createIdentity, type Identity } from '../../src/identity/identity.js';
import type { SignedIn } from '../../src/identity/sessions/sessions.js';
import { openLedger } from '../../src/ledger/open.js';
import { createSqliteFile } from '../fixtures/databases/databases.js';
import { signInBy } from '../fixtures/http/sign-in.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { approver, directory } from '../fixtures/sites/directory.js';

const ANA = 'ana@example.org' as ApproverId;
const MINUTE_MS = 60_000;
const NOTED_EVERY_MS = 5 * MINUTE_MS;

const database = createSqliteFile();
let ledger: Ledger;
let policy: IdentityPolicy = USUAL_IDENTITY;

beforeAll(async () => {
  ledger = await openLedger(database.where, { log: silentLog });
});

afterAll(async () => {
  await ledger.close();
  await database.remove();
});

test('a session ends when nobody used it for the time of the moment, and seen it starts anew', async () => {
  policy = { ...USUAL_IDENTITY, sessionIdleSeconds: 3_600, sessionMaxSeconds: 86_400 };
  const { sessions } = identityOf();
  const { cookieValue, session } = await signedIn();
  aged(NOTED_EVERY_MS);

  policy = { ...policy, sessionIdleSeconds: 900 };
  await sessions.find(cookieValue);
  const seen = await sessions.find(cookieValue);

  expect(minutesLeft(session.untilMs)).toBe(60);
  expect(minutesLeft(seen?.untilMs)).toBe(15);
});

test('it ends at its longest, however often it is seen, and its cookie lives as long', async () => {
  policy = { ...policy, sessionIdleSeconds: 900, sessionMaxSeconds: 1_200 };
  const { sessions } = identityOf();
  const { cookieValue } = await signedIn();
  aged(NOTED_EVERY_MS);
  await sessions.find(cookieValue);
  aged(NOTED_EVERY_MS);
  await sessions.find(cookieValue);

  expect(minutesLeft((await sessions.find(cookieValue))?.untilMs)).toBe(10);
  expect(sessions.cookie.set('x')).toContain('Max-Age=1200');
});

test('a session that cannot be noted as seen is one all the same', async () => {
  policy = USUAL_IDENTITY;
  const { cookieValue } = await signedIn();
  const full = identityOf({ noteSeen: () => Promise.reject(new LedgerUnavailable('its disk is full')) });
  aged(NOTED_EVERY_MS);

  expect(await full.sessions.find(cookieValue)).not.toBeNull();
});

function identityOf(lies: Partial<IdentityLedger> = {}): Identity {
  const people = directory({ approvers: [approver(ANA, {})] });
  return createIdentity({
    ledger: { ...ledger, identity: { ...ledger.identity, ...lies } },
    encryption: createEncryption([new Secret('k'.repeat(32))]),
    directory: () => ({ ...people, identity: policy }),
    clock: systemClock(),
    random: systemRandom(),
    publicUrl: 'http://localhost:8080',
    adminUrl: 'http://localhost:8082',
  });
}

async function signedIn(): Promise<SignedIn> {
  const identity = identityOf();
  const link = await identity.signInLinks.make(ANA, 'root');
  const started = await signInBy(identity, link?.secret ?? '');
  if (started === null) throw new Error('a new link signs in');
  return started;
}

/** As if every session had begun, and been seen last, so long before. */
function aged(ms: number): void {
  const beside = new Database(database.where.file);
  beside.prepare('UPDATE sessions SET seen_at = seen_at - ?, created_at = created_at - ?').run(ms, ms);
  beside.close();
}

function minutesLeft(untilMs = 0): number {
  return Math.round((untilMs - Date.now()) / MINUTE_MS);
}
