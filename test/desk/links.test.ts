/** Chat accounts that are bound by a code, and decide as who bound them. */
import { describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import type { Actor } from '../../src/approval/request.js';
import { approver } from '../fixtures/sites/directory.js';
import {
  ANA,
  as,
  BO,
  byId,
  chat,
  DEV,
  newTapId,
  opened,
  OPERATOR,
  PUBLIC_URL,
  uncapped,
} from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { approversOf, bound, codeFor, link, newAccount, roomy } from '../fixtures/desk/accounts.js';

oneDesk(roomy);

describe('a code', () => {
  test('is short, is for ten minutes, says where to enter it, and is kept nowhere', async () => {
    const account = newAccount();

    const answer = await codeFor(account);

    expect(answer).toMatchObject({ kind: 'code', url: `${PUBLIC_URL}/link` });
    expect(answer.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(Math.abs(answer.expiresAtMs - Date.now() - 600_000)).toBeLessThan(10_000);
    const rows = JSON.stringify(await fixture.ledger.audit.recent(3));
    expect(rows).toContain('link_code');
    expect(rows.toLowerCase()).not.toContain(answer.code.replace('-', '').toLowerCase());
  });

  test.each([as(ANA), OPERATOR])('is for chat accounts alone, not for $kind', async (actor) => {
    expect(await fixture.desk.linkCode({ actor, surface: 'cli', tapId: newTapId() })).toEqual({
      kind: 'no_chat_account',
    });
    expect(await fixture.desk.unlink({ actor, surface: 'cli', tapId: newTapId() })).toEqual({
      kind: 'no_chat_account',
    });
  });

  test('is not given twice to the same call', async () => {
    const input = { actor: newAccount(), surface: 'slack', tapId: newTapId() };

    expect((await fixture.desk.linkCode(input)).kind).toBe('code');
    expect((await fixture.desk.linkCode(input)).kind).toBe('repeated');
  });

  test('that is newer replaces the older', async () => {
    const account = newAccount();
    const [older, newer] = [await codeFor(account), await codeFor(account)];

    expect(await link(older.code)).toEqual({ kind: 'unknown' });
    expect(await link(newer.code)).toMatchObject({ kind: 'linked', user: { subject: account.subject } });
  });
});

describe('a bound account', () => {
  test('decides as the approver who entered its code, however it was typed, and once', async () => {
    const account = newAccount();
    const { code } = await codeFor(account);
    const request = await opened(fixture);

    const linked = await link(` ${code.toLowerCase().replace('-', ' ').replaceAll('0', 'o')} `);
    const answer = await fixture.desk.decide({
      tapId: newTapId(),
      verdict: 'approve',
      ref: byId(request),
      actor: account,
      surface: 'slack',
    });

    const { channel, workspace, subject } = account;
    expect(linked).toEqual({ kind: 'linked', user: { channel, workspace, subject } });
    expect(answer).toMatchObject({ kind: 'decided', decision: { by: ANA, over: 'slack' } });
    expect(await link(code, BO)).toEqual({ kind: 'unknown' });
    expect(fixture.events).toContainEqual({
      event: 'auth_gate.linked',
      account: `slack:home:${subject}`,
      approver: ANA,
    });
    const row = (await fixture.ledger.audit.recent(10)).find(({ what }) => what === 'linked');
    expect(row).toMatchObject({ who: ANA, surface: 'page', detail: { channel, workspace, subject } });
  });

  test('is the same account in its own workspace and channel alone', async () => {
    const account = await bound(ANA);

    expect(await approversOf(account)).toEqual([ANA]);
    expect(await approversOf({ ...account, workspace: 'away' })).toEqual([]);
    expect(await approversOf({ ...account, channel: 'discord' })).toEqual([]);
  });

  test('that a second approver binds, too, decides for neither of them', async () => {
    const account = await bound(ANA);
    await link((await codeFor(account)).code, BO);
    const request = await opened(fixture);
    const tap = { tapId: newTapId(), verdict: 'approve', ref: byId(request), surface: 'slack' } as const;

    expect(await fixture.desk.decide({ ...tap, actor: account })).toEqual({
      kind: 'forbidden',
      why: 'chat_user_linked_to_several',
    });
    expect(await fixture.desk.who(account)).toMatchObject({
      value: { name: `slack:home:${account.subject}`, approvers: [ANA, BO], sites: [DEV] },
    });
  });

  test('is nobody again once it is unlinked; what sites.toml says stays', async () => {
    const account = await bound(ANA);
    const configured = chat('ana');
    await link((await codeFor(configured)).code);

    expect(await unlink(account)).toEqual({ kind: 'unlinked' });
    expect(await unlink(account)).toEqual({ kind: 'not_linked' });
    expect(await approversOf(account)).toEqual([]);
    expect(await unlink(configured)).toEqual({ kind: 'unlinked' });
    expect(await approversOf(configured)).toEqual([ANA]);
    const name = `slack:home:${account.subject}`;
    expect(fixture.events).toContainEqual({ event: 'auth_gate.unlinked', account: name, by: name });
  });

  test('is nobody once its approver has left sites.toml', async () => {
    const account = await bound(ANA);
    fixture.setDirectory(uncapped({ approvers: [approver(BO, {})] }));

    expect(await approversOf(account)).toEqual([]);
  });
});

test.each(['', '4K2M7-W9X3C', 'nonsense'])('the code %j binds nothing', async (code) => {
  expect(await link(code)).toEqual({ kind: 'unknown' });
});

test('a code binds nobody to somebody who is no approver, and is not spent on it', async () => {
  const { code } = await codeFor(newAccount());

  expect(await link(code, 'gone@example.org' as ApproverId)).toEqual({ kind: 'unknown' });
  expect(await link(code)).toMatchObject({ kind: 'linked' });
});

function unlink(actor: Actor) {
  return fixture.desk.unlink({ actor, surface: 'slack', tapId: newTapId() });
}
