/** Accounts that are bound: who sees them, and how one that fell into wrong hands is unbound. */
import { describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import type { Actor, ChatUser } from '../../src/approval/request.js';
import { approver } from '../fixtures/sites/directory.js';
import { ANA, as, BO, chat, newTapId, OPERATOR, uncapped } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { approversOf, bound, codeFor, link, newAccount, roomy } from '../fixtures/desk/accounts.js';

oneDesk(roomy);

describe('an account that fell into wrong hands', () => {
  test('is unbound by its approver, signed in, without its help; the row and the event say who by and from whom', async () => {
    const account = await bound(ANA);
    const name = nameOf(account);

    const answer = await unlinkOther(as(ANA), name, 'page');

    expect(answer).toEqual({ kind: 'unlinked' });
    expect(await approversOf(account)).toEqual([]);
    expect(fixture.events).toContainEqual({ event: 'auth_gate.unlinked', account: name, by: ANA, approver: ANA });
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({
      who: ANA,
      what: 'unlinked',
      surface: 'page',
      detail: { channel: 'slack', workspace: 'home', subject: account.subject, approver: ANA },
    });
    expect(await unlinkOther(as(ANA), name, 'page')).toEqual({ kind: 'not_linked' });
  });

  test('stays bound to another approver who bound it, too, and whose it is not to undo', async () => {
    const account = await bound(ANA);
    await link((await codeFor(account)).code, BO);

    const others = await fixture.desk.unlink({
      actor: as(ANA),
      surface: 'page',
      tapId: newTapId(),
      account: nameOf(account),
      approver: BO,
    });
    await unlinkOther(as(ANA), nameOf(account), 'page');

    expect(others).toEqual({ kind: 'forbidden', why: 'not_an_operator' });
    expect(await approversOf(account)).toEqual([BO]);
    expect(await unlinkOther(as(ANA), nameOf(account), 'page')).toEqual({ kind: 'not_linked' });
  });

  test('unbinds nobody else over chat, not even an account of the same approver', async () => {
    const [stolen, own] = [await bound(ANA), await bound(ANA)];

    expect(await unlinkOther(stolen, nameOf(own), 'slack')).toEqual({ kind: 'forbidden', why: 'not_an_operator' });
    expect(await unlinkOther(newAccount(), nameOf(own), 'slack')).toEqual({
      kind: 'forbidden',
      why: 'chat_user_not_linked',
    });
    expect(await approversOf(own)).toEqual([ANA]);
    expect((await fixture.ledger.audit.recent(1))[0]).toMatchObject({ what: 'forbidden', detail: { verb: 'unlink' } });
    expect(await unlinkOther(stolen, nameOf(stolen), 'slack')).toEqual({ kind: 'unlinked' });
  });

  test('is unbound by an operator, from everybody or from one, whoever has left sites.toml since', async () => {
    const [shared, left] = [await bound(ANA), await bound(ANA)];
    await link((await codeFor(shared)).code, BO);
    fixture.setDirectory(uncapped({ approvers: [approver(BO, {})] }));

    const unbound = await fixture.desk.unlink({
      actor: OPERATOR,
      surface: 'cli',
      tapId: newTapId(),
      account: nameOf(shared),
      approver: ANA,
    });

    expect(unbound).toEqual({ kind: 'unlinked' });
    expect(await approversOf(shared)).toEqual([BO]);
    expect(await unlinkOther(OPERATOR, nameOf(left), 'cli')).toEqual({ kind: 'unlinked' });
    fixture.setDirectory(roomy());
    expect(await approversOf(left)).toEqual([]);
    expect(fixture.events).toContainEqual({ event: 'auth_gate.unlinked', account: nameOf(left), by: 'operator:root' });
  });

  test('is unbound once by a press that comes twice', async () => {
    const account = await bound(ANA);
    const input = { actor: as(ANA), surface: 'page', tapId: newTapId(), account: nameOf(account) };
    await fixture.desk.unlink(input);
    await link((await codeFor(account)).code);

    expect(await fixture.desk.unlink(input)).toEqual({ kind: 'repeated' });
    expect(await approversOf(account)).toEqual([ANA]);
  });
});

describe('the accounts that are bound', () => {
  test('are listed to their approver, over the page and over chat; to an operator all of them', async () => {
    const [mine, theirs] = [await bound(ANA), await bound(BO)];

    expect(await accountsOf(as(ANA))).toContain(nameOf(mine));
    expect(await accountsOf(as(ANA))).not.toContain(nameOf(theirs));
    expect(await accountsOf(chat('ana'))).toEqual(await accountsOf(as(ANA)));
    expect(await accountsOf(OPERATOR)).toEqual(expect.arrayContaining([nameOf(mine), nameOf(theirs)]));
    expect(await accountsOf(OPERATOR, BO)).toEqual(await accountsOf(as(BO)));
  });

  test('of somebody else are shown to operators alone, and those of nobody are none', async () => {
    const nobody = 'nobody@example.org' as ApproverId;

    expect(await fixture.desk.accounts({ actor: as(ANA), approver: BO })).toMatchObject({ why: 'not_an_operator' });
    expect(await fixture.desk.accounts({ actor: chat('eve') })).toMatchObject({ why: 'chat_user_not_linked' });
    expect(await fixture.desk.accounts({ actor: OPERATOR, approver: nobody })).toEqual({ kind: 'unknown' });
  });

  test('of an approver who has left sites.toml are still an operator’s to see', async () => {
    const account = await bound(ANA);
    fixture.setDirectory(uncapped({ approvers: [approver(BO, {})] }));

    expect(await accountsOf(OPERATOR, ANA)).toContain(nameOf(account));
    expect(await fixture.desk.accounts({ actor: as(ANA) })).toMatchObject({ kind: 'forbidden' });
  });
});

function unlinkOther(actor: Actor, account: string, surface: string) {
  return fixture.desk.unlink({ actor, surface, tapId: newTapId(), account });
}

async function accountsOf(actor: Actor, approverId?: ApproverId): Promise<readonly string[]> {
  const input = approverId === undefined ? { actor } : { actor, approver: approverId };
  const answer = await fixture.desk.accounts(input);
  if (answer.kind !== 'seen') throw new Error(`expected accounts, got ${answer.kind}`);
  return answer.value.map(nameOf);
}

function nameOf({ channel, workspace, subject }: Pick<ChatUser, 'channel' | 'workspace' | 'subject'>): string {
  return `${channel}:${workspace}:${subject}`;
}
