/** Sign-in links and sessions, over the real ledger. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import type { Directory } from '../../src/approval/site.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { Secret } from '../../src/base/crypto/secret.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { isLedgerUnavailable } from '../../src/contract/ledger-unavailable.js';
import type { Ledger } from '../../src/contract/ledger.js';
import { accountsOf, type Account } from '../../src/identity/accounts/accounts.js';
import { createIdentity, type Identity } from '../../src/identity/identity.js';
import { LINK_TTL_SECONDS } from '../../src/identity/links/sign-in-links.js';
import { openLedger } from '../../src/ledger/open.js';
import { approver, directory } from '../fixtures/sites/directory.js';
import { silentLog } from '../fixtures/logs/silent-log.js';
import { createSqliteFile } from '../fixtures/databases/databases.js';
import { signInBy } from '../fixtures/http/sign-in.js';

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
    const signedIn = await signInBy(identity, link.secret);

    expect(link.url).toBe(`${PUBLIC_URL}/sign-in/${link.secret}`);
    expect(signedIn?.session.account).toEqual({ id: ANA, name: ANA, approver: ANA, isOperator: false });
    expect((await identity.sessions.find(signedIn?.cookieValue))?.account.approver).toBe(ANA);
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

    const all = await Promise.all(Array.from({ length: 20 }, () => signInBy(identity, secret)));

    expect(all.filter((signedIn) => signedIn !== null)).toHaveLength(1);
  });

  test('is not spent by being looked at', async () => {
    const identity = at(everybody);
    const { secret } = await linkFor(identity);

    expect(await accountOf(identity, secret)).toBe(ANA);
    expect(await accountOf(identity, secret)).toBe(ANA);
    expect(await signInBy(identity, secret)).not.toBeNull();
    expect(await accountOf(identity, secret)).toBeNull();
  });

  test('is not made for somebody whom sites.toml does not know', async () => {
    expect(await at(everybody).signInLinks.make('eve@example.org', 'root')).toBeNull();
  });

  test('signs nobody in who has left sites.toml since', async () => {
    const { secret } = await linkFor(at(everybody));
    const later = at(directory({}));

    expect(await accountOf(later, secret)).toBeNull();
    expect(await signInBy(later, secret)).toBeNull();
  });

  test.each(['', 'x', '0'.repeat(64), `${'0'.repeat(63)}G`, `${'0'.repeat(64)}\n`])(
    'that nobody made opens nothing: %p',
    async (secret) => {
      expect(await accountOf(at(everybody), secret)).toBeNull();
      expect(await signInBy(at(everybody), secret)).toBeNull();
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
    const signedIn = await signInBy(identity, (await linkFor(identity)).secret);

    await identity.sessions.end(signedIn?.cookieValue ?? '');

    expect(await identity.sessions.find(signedIn?.cookieValue)).toBeNull();
  });

  test('is over when its approver leaves sites.toml', async () => {
    let current: Directory = everybody;
    const identity = createIdentity({ ...deps(), directory: () => current });
    const signedIn = await signInBy(identity, (await linkFor(identity)).secret);

    current = directory({});

    expect(await identity.sessions.find(signedIn?.cookieValue)).toBeNull();
  });

  test('is an operator’s as long as sites.toml says so, by handle or as a person of their own', async () => {
    let current = directory({ approvers: [approver(ANA, {})], operators: [ANA, 'eva@example.org'] });
    const identity = createIdentity({ ...deps(), directory: () => current });
    const links = [await linkFor(identity), await identity.signInLinks.make('eva@example.org', 'root')];
    const [ana, eva] = await Promise.all(links.map((link) => signInBy(identity, link?.secret ?? '')));

    expect([ana?.session.account, eva?.session.account]).toEqual([
      { id: ANA, name: ANA, approver: ANA, isOperator: true },
      { id: 'eva@example.org', name: 'eva@example.org', approver: null, isOperator: true },
    ]);
    const accounts = accountsOf(() => current, null);
    const eves = accounts.at('Eva@Example.org')?.id;
    expect([eves, eves && accounts.mailboxOf(eves)]).toEqual(['eva@example.org', 'eva@example.org']);
    current = everybody;
    expect((await identity.sessions.find(ana?.cookieValue))?.account.isOperator).toBe(false);
    expect(await identity.sessions.find(eva?.cookieValue)).toBeNull();
  });

  test('has tokens for its forms that another session does not take', async () => {
    const identity = at(everybody);
    const one = await signInBy(identity, (await linkFor(identity)).secret);
    const other = await signInBy(identity, (await linkFor(identity)).secret);
    const again = await identity.sessions.find(one?.cookieValue);

    const token = one?.session.csrfToken('decide') ?? '';

    expect(again?.isCsrfToken('decide', token)).toBe(true);
    expect(again?.isCsrfToken('sign-out', token)).toBe(false);
    expect(other?.session.isCsrfToken('decide', token)).toBe(false);
  });

  test.each<[string, Pick<Account, 'approver' | 'isOperator'>]>([
    ['an operator', { approver: null, isOperator: true }],
    ['nobody in particular', { approver: null, isOperator: false }],
    ['an approver who operates the gate', { approver: ANA, isOperator: true }],
  ])('belongs to an account, which may be %s', async (_who, rights) => {
    const find = (id: Account['id']): Account => ({ id, name: 'Ana', ...rights });
    const accounts = { find, at: () => null, mailboxOf: () => null };
    const identity = createIdentity({ ...deps(), directory: () => everybody, accounts });
    const signedIn = await signInBy(identity, (await linkFor(identity)).secret);

    expect((await identity.sessions.find(signedIn?.cookieValue))?.account).toEqual({ id: ANA, name: 'Ana', ...rights });
  });

  test.each([undefined, '', 'x', '0'.repeat(64)])('is not in a cookie of anybody’s making: %p', async (value) => {
    expect(await at(everybody).sessions.find(value)).toBeNull();
  });
});

test('a database out of reach signs nobody in', async () => {
  const own = createSqliteFile();
  const closed = await openLedger(own.where, { log: silentLog });
  const identity = createIdentity({ ...deps(), ledger: closed, directory: () => everybody });
  const { secret } = await linkFor(identity);
  await closed.close();

  const error: unknown = await signInBy(identity, secret).catch((thrown: unknown) => thrown);

  expect(isLedgerUnavailable(error)).toBe(true);
  await own.remove();
});

async function accountOf(identity: Identity, secret: string): Promise<string | null> {
  return (await identity.signInLinks.prove(secret))?.account.id ?? null;
}

function deps() {
  const encryption = createEncryption([new Secret('k'.repeat(32))]);
  return {
    ledger,
    encryption,
    clock: systemClock(),
    random: systemRandom(),
    publicUrl: PUBLIC_URL,
    adminUrl: 'http://localhost:8082',
  };
}

function at(current: Directory): Identity {
  return createIdentity({ ...deps(), directory: () => current });
}

async function linkFor(identity: Identity) {
  const link = await identity.signInLinks.make(ANA, 'root');
  if (link === null) throw new Error('the approver is known');
  return link;
}
