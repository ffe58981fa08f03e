/** Sign-in links and sessions, over the real ledger. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import type { Directory } from '../../src/approval/site.js';
import { systemChance } from '../../src/base/chance.js';
import { systemClock } from '../../src/base/clock.js';
import { isLedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { createIdentity, LINK_TTL_SECONDS, type Identity } from '../../src/identity/identity.js';
import { openLedger } from '../../src/ledger/open.js';
import { approver, directory } from '../desk/directory.js';
import { silentLog } from '../desk/silent-log.js';
import { createSqliteFile } from '../setup/databases.js';

const ANA = 'ana@example.org' as ApproverId;
const PUBLIC_URL = 'http://localhost:8080';
const everybody = directory({ approvers: [approver(ANA, {})] });

const database = createSqliteFile();
let ledger: Ledger;

beforeAll(async () => {
  ledger = await openLedger(database.where, { log: silentLog });
});

afterAll(async () => {
  await ledger.close();
  await database.remove();
});

describe('a sign-in link', () => {
  test('signs its approver in', async () => {
    const identity = at(everybody);

    const link = await linkFor(identity);
    const signedIn = await identity.consume(link.secret);

    expect(link.url).toBe(`${PUBLIC_URL}/sign-in/${link.secret}`);
    expect(signedIn?.session.approver).toBe(ANA);
    expect((await identity.session(signedIn?.cookieValue))?.approver).toBe(ANA);
  });

  test('lasts ten minutes', async () => {
    const before = Date.now();

    const link = await linkFor(at(everybody));

    expect(link.expiresAtMs - before).toBeGreaterThanOrEqual(LINK_TTL_SECONDS * 1_000);
    expect(link.expiresAtMs - before).toBeLessThan(LINK_TTL_SECONDS * 1_000 + 5_000);
    expect(LINK_TTL_SECONDS).toBe(600);
  });

  test('works once, however many use it at the same moment', async () => {
    const identity = at(everybody);
    const { secret } = await linkFor(identity);

    const all = await Promise.all(Array.from({ length: 20 }, () => identity.consume(secret)));

    expect(all.filter((signedIn) => signedIn !== null)).toHaveLength(1);
  });

  test('is not spent by being looked at', async () => {
    const identity = at(everybody);
    const { secret } = await linkFor(identity);

    expect(await identity.peek(secret)).toBe(ANA);
    expect(await identity.peek(secret)).toBe(ANA);
    expect(await identity.consume(secret)).not.toBeNull();
    expect(await identity.peek(secret)).toBeNull();
  });

  test('is not made for somebody whom sites.toml does not know', async () => {
    expect(await at(everybody).signInLink('eve@example.org', 'root')).toBeNull();
  });

  test('signs nobody in who has left sites.toml since', async () => {
    const { secret } = await linkFor(at(everybody));
    const later = at(directory({}));

    expect(await later.peek(secret)).toBeNull();
    expect(await later.consume(secret)).toBeNull();
  });

  test.each(['', 'x', '0'.repeat(64), `${'0'.repeat(63)}G`, `${'0'.repeat(64)}\n`])(
    'that nobody made opens nothing: %p',
    async (secret) => {
      expect(await at(everybody).peek(secret)).toBeNull();
      expect(await at(everybody).consume(secret)).toBeNull();
    },
  );

  test('is audited with the operator who made it, and without its secret', async () => {
    const { secret } = await linkFor(at(everybody));

    const rows = await ledger.audit.recent(50);

    expect(rows.find((row) => row.what === 'sign_in_link')).toMatchObject({
      who: 'operator:root',
      detail: { approver: ANA },
    });
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('a session', () => {
  test('ends when its approver signs out', async () => {
    const identity = at(everybody);
    const signedIn = await identity.consume((await linkFor(identity)).secret);

    await identity.end(signedIn?.cookieValue ?? '');

    expect(await identity.session(signedIn?.cookieValue)).toBeNull();
  });

  test('is over when its approver leaves sites.toml', async () => {
    let current: Directory = everybody;
    const identity = createIdentity({ ...seams(), directory: () => current });
    const signedIn = await identity.consume((await linkFor(identity)).secret);

    current = directory({});

    expect(await identity.session(signedIn?.cookieValue)).toBeNull();
  });

  test('has tokens for its forms that another session does not take', async () => {
    const identity = at(everybody);
    const one = await identity.consume((await linkFor(identity)).secret);
    const other = await identity.consume((await linkFor(identity)).secret);
    const again = await identity.session(one?.cookieValue);

    const token = one?.session.csrfToken('decide') ?? '';

    expect(again?.isCsrfToken('decide', token)).toBe(true);
    expect(again?.isCsrfToken('sign-out', token)).toBe(false);
    expect(other?.session.isCsrfToken('decide', token)).toBe(false);
  });

  test.each([undefined, '', 'x', '0'.repeat(64)])('is not in a cookie of anybody’s making: %p', async (value) => {
    expect(await at(everybody).session(value)).toBeNull();
  });
});

test('a database out of reach signs nobody in', async () => {
  const own = createSqliteFile();
  const closed = await openLedger(own.where, { log: silentLog });
  const identity = createIdentity({ ...seams(), ledger: closed.identity, directory: () => everybody });
  const { secret } = await linkFor(identity);
  await closed.close();

  const error: unknown = await identity.consume(secret).catch((thrown: unknown) => thrown);

  expect(isLedgerUnavailable(error)).toBe(true);
  await own.remove();
});

function seams() {
  return { ledger: ledger.identity, clock: systemClock(), chance: systemChance(), publicUrl: PUBLIC_URL };
}

function at(current: Directory): Identity {
  return createIdentity({ ...seams(), directory: () => current });
}

async function linkFor(identity: Identity) {
  const link = await identity.signInLink(ANA, 'root');
  if (link === null) throw new Error('the approver is known');
  return link;
}
