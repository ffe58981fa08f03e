/** Whom a credential signs in: every rule, and the ways in which somebody could be waiting in an account before its owner comes. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/approval/brand.js';
import { loginOrLink, type LinkTo, type LoggedIn, type Vouched } from '../../src/identity/accounts/login-or-link.js';
import { keptAccounts, type KeptAccounts } from '../fixtures/identity/kept-accounts.js';

const ADA = 'ada@koder.dev' as AccountId;
const ISSUER = 'https://id.koder.dev';
const NOW_MS = 1_000_000_000;

let kept: KeptAccounts;
beforeEach(() => {
  kept = keptAccounts();
});

function vouched(change: Partial<Vouched> = {}): Vouched {
  return {
    issuer: ISSUER,
    subject: 'ada',
    provider: 'koder',
    email: ADA,
    isEmailVerified: true,
    name: 'Ada',
    authoritativeFor: [],
    ...change,
  };
}

/** Koder ID gives out the mailboxes of koder.dev. */
function byAuthority(change: Partial<Vouched> = {}): Vouched {
  return vouched({ authoritativeFor: ['koder.dev'], ...change });
}

function login(who: Vouched, linkTo: LinkTo | null = null): Promise<LoggedIn> {
  const approverAt = (mailbox: string) => (mailbox === ADA ? ADA : null);
  return loginOrLink(who, linkTo, {
    ledger: kept,
    approverAt,
    random: { id: () => kept.nextId() },
    nowMs: () => NOW_MS,
  });
}

function fresh(account: AccountId): LinkTo {
  return { account, provenAtMs: NOW_MS - 600_000 };
}

async function accountOf(who: Vouched): Promise<AccountId> {
  const answer = await login(who);
  if (!('account' in answer)) throw new Error(answer.kind);
  return answer.account;
}

describe('somebody unknown', () => {
  test('gets an account of their own, under the name that the provider has', async () => {
    const answer = await login(vouched({ email: 'eve@example.org', name: 'Eve' }));

    expect(answer).toEqual({ kind: 'created', account: 'account-1' });
    expect(kept.accounts.get('account-1' as AccountId)).toEqual({ name: 'Eve', state: 'active' });
  });

  test('comes back to it, whatever address they have by then', async () => {
    const first = await accountOf(vouched({ email: 'eve@example.org' }));

    expect(await login(vouched({ email: 'other@example.org' }))).toEqual({ kind: 'known', account: first });
  });

  test('is one person however many tabs come back at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => login(vouched({ email: null }))));

    expect(new Set(answers.map((answer) => ('account' in answer ? answer.account : null))).size).toBe(1);
    expect(kept.accounts.size).toBe(1);
  });

  test('is somebody else at another issuer', async () => {
    const here = await accountOf(vouched({ email: null }));
    const there = await accountOf(vouched({ email: null, issuer: 'https://github.com' }));

    expect(here).not.toBe(there);
  });

  test.each(['issuer', 'subject'] as const)('without %s is a mistake of ours', async (field) => {
    await expect(login(vouched({ [field]: '' }))).rejects.toThrow('an issuer and a subject');
  });
});

describe('a verified address of exactly one account', () => {
  test('links at once where the provider gives out that domain’s mailboxes and nothing else signs in', async () => {
    expect(await login(byAuthority())).toEqual({ kind: 'linked', account: ADA });
    expect(await login(byAuthority())).toEqual({ kind: 'known', account: ADA });
  });

  test.each([
    ['a provider that is not', {}],
    ['one that is for another domain', { authoritativeFor: ['example.org'] }],
    ['one that is for a domain above', { authoritativeFor: ['dev'] }],
    ['one that is for a domain below', { authoritativeFor: ['mail.koder.dev'] }],
  ])('is no proof from %s', async (_which, change: Partial<Vouched>) => {
    expect(await login(vouched(change))).toEqual({ kind: 'prove_first' });
    expect(kept.credentials).toEqual([]);
  });

  test.each(['ADA@KODER.DEV', 'ada@ｋｏｄｅｒ.dev', ' ada@koder.dev'])('is recognised as %p', async (email) => {
    expect(await login(byAuthority({ email }))).toEqual({ kind: 'linked', account: ADA });
  });

  test.each([
    ['ada@koder.dev@evil.example', 'two signs'],
    ['eve@evil.example＠koder.dev', 'a look-alike sign'],
    ['ada@koder.dev\n@evil.example', 'a line break'],
    ['"ada@koder.dev"@evil.example', 'a quoted part'],
    ['@koder.dev', 'nobody'],
    ['аda@koder.dev', 'a Cyrillic letter'],
    ['', 'nothing'],
  ])('is not %p, which has %s', async (email) => {
    expect(await login(byAuthority({ email }))).toMatchObject({ kind: 'created' });
  });

  test('of several accounts is nobody’s', async () => {
    await login(vouched({ email: 'eve@example.org', isEmailVerified: true, subject: 'eve' }));
    kept.credentials.push(
      ...kept.credentials.map((one) => ({ ...one, subject: 'twin', account: 'twin' as AccountId })),
    );

    expect(await login(vouched({ email: 'eve@example.org', subject: 'eve3' }))).toMatchObject({ kind: 'created' });
  });
});

describe('linking on purpose', () => {
  test('adds to the account of the session, whatever the address', async () => {
    const who = vouched({ email: 'private@example.org' });

    expect(await login(who, fresh(ADA))).toEqual({ kind: 'linked', account: ADA });
    expect(await login(who)).toEqual({ kind: 'known', account: ADA });
  });

  test('wants a proof of the last ten minutes', async () => {
    expect(await login(vouched(), { account: ADA, provenAtMs: NOW_MS - 600_001 })).toEqual({ kind: 'link_too_late' });
    expect(kept.credentials).toEqual([]);
  });

  test('takes nothing away from another account', async () => {
    const eve = await accountOf(vouched({ email: null }));

    expect(await login(vouched(), fresh(ADA))).toEqual({ kind: 'belongs_to_another' });
    expect(await login(vouched())).toEqual({ kind: 'known', account: eve });
  });

  test('of what is linked already changes nothing', async () => {
    await login(vouched(), fresh(ADA));

    expect(await login(vouched(), fresh(ADA))).toEqual({ kind: 'known', account: ADA });
    expect(kept.credentials).toHaveLength(1);
  });
});

test('a disabled account is signed in by nothing, and linked to nothing', async () => {
  const eve = await accountOf(vouched({ email: null }));
  kept.accounts.set(eve, { name: 'Eve', state: 'disabled' });
  kept.accounts.set(ADA, { name: null, state: 'disabled' });

  expect(await login(vouched())).toEqual({ kind: 'disabled' });
  expect(await login(byAuthority({ subject: 'other' }))).toEqual({ kind: 'disabled' });
  expect(await login(vouched({ subject: 'third' }), fresh(ADA))).toEqual({ kind: 'disabled' });
});

/** Sudhodanan and Paverd, Pre-hijacked Accounts (arXiv 2205.10174): somebody makes the account before its owner comes. */
describe('who waits in an account before its owner comes', () => {
  test('classic and federated merged: an address that nobody verified leads to no account', async () => {
    const attacker = await accountOf(vouched({ subject: 'mallory', email: 'eve@koder.dev', isEmailVerified: false }));

    const owner = await login(byAuthority({ subject: 'eve', email: 'eve@koder.dev' }));

    expect(owner).toMatchObject({ kind: 'created' });
    expect(owner).not.toMatchObject({ account: attacker });
  });

  test('unexpired session: linking ends every session of before', async () => {
    await login(byAuthority());

    expect(kept.ended).toEqual([ADA]);
  });

  test('trojan identifier: an account that somebody signs in to by another credential is not linked by an address', async () => {
    await login(vouched({ issuer: 'https://github.com', subject: 'mallory' }), fresh(ADA));

    expect(await login(byAuthority())).toEqual({ kind: 'prove_first' });
  });

  test('unexpired e-mail change: an address that a credential has dropped is its account’s no more', async () => {
    await login(vouched({ subject: 'mallory', email: 'eve@koder.dev' }));
    kept.use({ issuer: ISSUER, subject: 'mallory', email: 'mallory@example.org' });

    expect(await login(byAuthority({ subject: 'eve', email: 'eve@koder.dev' }))).toMatchObject({ kind: 'created' });
  });

  test('non-verifying provider: that it says so does not make it so', async () => {
    const rogue = vouched({ issuer: 'https://rogue.example', subject: 'mallory', isEmailVerified: true });

    expect(await login(rogue)).toEqual({ kind: 'prove_first' });
  });
});

describe('an account that is refused', () => {
  const lacks = { kind: 'lacks' } as const;
  const refusing = (who: Vouched, linkTo: LinkTo | null = null) =>
    loginOrLink(who, linkTo, {
      ledger: kept,
      approverAt: (mailbox) => (mailbox === ADA ? ADA : null),
      random: { id: () => kept.nextId() },
      nowMs: () => NOW_MS,
      refusalOf: () => Promise.resolve(lacks),
    });

  test.each<readonly [string, Vouched, LinkTo | null]>([
    ['made anew', vouched({ email: 'eve@example.org' }), null],
    ['linked by its address', byAuthority(), null],
    ['linked on purpose', vouched(), fresh(ADA)],
  ])('is not %s', async (_what, who, linkTo) => {
    expect(await refusing(who, linkTo)).toEqual(lacks);
    expect([kept.accounts.size, await kept.credential(who)]).toEqual([0, null]);
  });

  test('is not signed in, and what has another reason is told by that', async () => {
    await login(byAuthority());

    expect(await refusing(byAuthority())).toEqual(lacks);
    expect(await refusing(vouched({ subject: 'other' }))).toEqual({ kind: 'prove_first' });
  });
});
