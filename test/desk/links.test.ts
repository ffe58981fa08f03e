/** Chat accounts that are bound by a code, who an account is, and which errands it may run. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import type { Actor, ChatUser } from '../../src/approval/request.js';
import { approver, site } from './directory.js';
import {
  ANA,
  as,
  BO,
  byId,
  chat,
  DEV,
  newTapId,
  opened,
  openWorld,
  OPERATOR,
  PUBLIC_URL,
  STG,
  uncapped,
  type World,
} from './world.js';

let world: World;
let accounts = 0;

beforeAll(async () => {
  world = await openWorld(roomy());
});

beforeEach(() => {
  world.setDirectory(roomy());
});

afterAll(() => world.close());

describe('a code', () => {
  test('is short, is for ten minutes, says where to enter it, and is kept nowhere', async () => {
    const account = newAccount();

    const answer = await codeFor(account);

    expect(answer).toMatchObject({ kind: 'code', url: `${PUBLIC_URL}/link` });
    expect(answer.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(Math.abs(answer.expiresAtMs - Date.now() - 600_000)).toBeLessThan(10_000);
    const rows = JSON.stringify(await world.ledger.audit.recent(3));
    expect(rows).toContain('link_code');
    expect(rows.toLowerCase()).not.toContain(answer.code.replace('-', '').toLowerCase());
  });

  test.each([as(ANA), OPERATOR])('is for chat accounts alone, not for $kind', async (actor) => {
    expect(await world.desk.linkCode({ actor, surface: 'cli', tapId: newTapId() })).toEqual({
      kind: 'no_chat_account',
    });
    expect(await world.desk.unlink({ actor, surface: 'cli', tapId: newTapId() })).toEqual({ kind: 'no_chat_account' });
  });

  test('is not given twice to the same call', async () => {
    const wish = { actor: newAccount(), surface: 'slack', tapId: newTapId() };

    expect((await world.desk.linkCode(wish)).kind).toBe('code');
    expect((await world.desk.linkCode(wish)).kind).toBe('repeated');
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
    const request = await opened(world);

    const linked = await link(` ${code.toLowerCase().replace('-', ' ').replaceAll('0', 'o')} `);
    const answer = await world.desk.decide({
      id: newTapId(),
      verdict: 'approve',
      ref: byId(request),
      actor: account,
      surface: 'slack',
    });

    const { channel, workspace, subject } = account;
    expect(linked).toEqual({ kind: 'linked', user: { channel, workspace, subject } });
    expect(answer).toMatchObject({ kind: 'decided', decision: { by: ANA, over: 'slack' } });
    expect(await link(code, BO)).toEqual({ kind: 'unknown' });
    expect(world.events).toContainEqual({
      event: 'auth_gate.linked',
      account: `slack:home:${subject}`,
      approver: ANA,
    });
    const row = (await world.ledger.audit.recent(10)).find(({ what }) => what === 'linked');
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
    const request = await opened(world);
    const tap = { id: newTapId(), verdict: 'approve', ref: byId(request), surface: 'slack' } as const;

    expect(await world.desk.decide({ ...tap, actor: account })).toEqual({
      kind: 'forbidden',
      why: 'chat_user_linked_to_several',
    });
    expect(await world.desk.who(account)).toMatchObject({
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
    expect(world.events).toContainEqual({ event: 'auth_gate.unlinked', account: name, by: name });
  });

  test('is nobody once its approver has left sites.toml', async () => {
    const account = await bound(ANA);
    world.setDirectory(uncapped({ approvers: [approver(BO, {})] }));

    expect(await approversOf(account)).toEqual([]);
  });
});

describe('an account that fell into wrong hands', () => {
  test('is unbound by its approver, signed in, without its help; the row and the event say who by and from whom', async () => {
    const account = await bound(ANA);
    const name = nameOf(account);

    const answer = await unlinkOther(as(ANA), name, 'page');

    expect(answer).toEqual({ kind: 'unlinked' });
    expect(await approversOf(account)).toEqual([]);
    expect(world.events).toContainEqual({ event: 'auth_gate.unlinked', account: name, by: ANA, approver: ANA });
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({
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

    const others = await world.desk.unlink({
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
    expect((await world.ledger.audit.recent(1))[0]).toMatchObject({ what: 'forbidden', detail: { verb: 'unlink' } });
    expect(await unlinkOther(stolen, nameOf(stolen), 'slack')).toEqual({ kind: 'unlinked' });
  });

  test('is unbound by an operator, from everybody or from one, whoever has left sites.toml since', async () => {
    const [shared, left] = [await bound(ANA), await bound(ANA)];
    await link((await codeFor(shared)).code, BO);
    world.setDirectory(uncapped({ approvers: [approver(BO, {})] }));

    const unbound = await world.desk.unlink({
      actor: OPERATOR,
      surface: 'cli',
      tapId: newTapId(),
      account: nameOf(shared),
      approver: ANA,
    });

    expect(unbound).toEqual({ kind: 'unlinked' });
    expect(await approversOf(shared)).toEqual([BO]);
    expect(await unlinkOther(OPERATOR, nameOf(left), 'cli')).toEqual({ kind: 'unlinked' });
    world.setDirectory(roomy());
    expect(await approversOf(left)).toEqual([]);
    expect(world.events).toContainEqual({ event: 'auth_gate.unlinked', account: nameOf(left), by: 'operator:root' });
  });

  test('is unbound once by a press that comes twice', async () => {
    const account = await bound(ANA);
    const wish = { actor: as(ANA), surface: 'page', tapId: newTapId(), account: nameOf(account) };
    await world.desk.unlink(wish);
    await link((await codeFor(account)).code);

    expect(await world.desk.unlink(wish)).toEqual({ kind: 'repeated' });
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

    expect(await world.desk.accounts({ actor: as(ANA), approver: BO })).toMatchObject({ why: 'not_an_operator' });
    expect(await world.desk.accounts({ actor: chat('eve') })).toMatchObject({ why: 'chat_user_not_linked' });
    expect(await world.desk.accounts({ actor: OPERATOR, approver: nobody })).toEqual({ kind: 'unknown' });
  });

  test('of an approver who has left sites.toml are still an operator’s to see', async () => {
    const account = await bound(ANA);
    world.setDirectory(uncapped({ approvers: [approver(BO, {})] }));

    expect(await accountsOf(OPERATOR, ANA)).toContain(nameOf(account));
    expect(await world.desk.accounts({ actor: as(ANA) })).toMatchObject({ kind: 'forbidden' });
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

describe('who somebody is', () => {
  test.each([
    [OPERATOR, { name: 'operator:root', approvers: [], sites: [STG, DEV], isLinked: false }],
    [as(ANA), { name: ANA, approvers: [ANA], sites: [STG], isLinked: false }],
    [chat('bo'), { name: BO, approvers: [BO], sites: [STG, DEV], isLinked: false }],
    [chat('eve'), { name: 'talk:home:eve', approvers: [], sites: [], isLinked: false }],
  ] as const)('%j', async (actor, value) => {
    expect(await world.desk.who(actor)).toEqual({ kind: 'seen', value });
  });

  test('of an approver who has left is refused', async () => {
    expect(await world.desk.who(as('gone@example.org' as ApproverId))).toMatchObject({ kind: 'forbidden' });
  });

  test('of a bound account says so', async () => {
    expect(await world.desk.who(await bound(BO))).toMatchObject({ value: { name: BO, isLinked: true } });
  });
});

describe('an errand', () => {
  test.each([
    ['doctor', OPERATOR, null],
    ['doctor', as(ANA), 'not_an_operator'],
    ['doctor', chat('eve'), 'not_an_operator'],
    ['drill', OPERATOR, null],
    ['drill', as(ANA), null],
    ['drill', chat('ana'), null],
    ['drill', chat('eve'), 'chat_user_not_linked'],
    ['drill', { kind: 'producer', name: 'jet' }, 'not_an_approver_of_this_site'],
  ] as const)('%s for %j', async (errand, actor, why) => {
    const answer = await world.desk.admit({ actor, surface: 'talk', tapId: newTapId(), errand });

    expect(answer).toEqual(why === null ? { kind: 'admitted' } : { kind: 'forbidden', why });
    if (why !== null)
      expect((await world.ledger.audit.recent(1))[0]).toMatchObject({
        what: 'forbidden',
        detail: { verb: errand, why },
      });
  });
});

describe("a request's cards", () => {
  test('are shown to whoever may see the request, and to nobody else', async () => {
    const request = await opened(world, { site: DEV, host: DEV });

    expect(await world.desk.deliveries(byId(request), as(BO))).toMatchObject({
      kind: 'seen',
      value: [{ channel: 'talk', recipient: { approver: BO } }],
    });
    expect(await world.desk.deliveries(byId(request), as(ANA))).toMatchObject({ kind: 'forbidden' });
    expect(await world.desk.deliveries({ by: 'prefix', prefix: request.id }, as(ANA))).toEqual({ kind: 'unknown' });
  });
});

function newAccount(): ChatUser {
  accounts += 1;
  return chat(`U${String(accounts)}`, 'slack');
}

async function bound(approverId: ApproverId): Promise<ChatUser> {
  const account = newAccount();
  await link((await codeFor(account)).code, approverId);
  return account;
}

async function codeFor(actor: Actor) {
  const answer = await world.desk.linkCode({ actor, surface: 'slack', tapId: newTapId() });
  if (answer.kind !== 'code') throw new Error(`expected a code, got ${answer.kind}`);
  return answer;
}

function link(code: string, approverId: ApproverId = ANA) {
  return world.desk.link({ code, approver: approverId });
}

function unlink(actor: Actor) {
  return world.desk.unlink({ actor, surface: 'slack', tapId: newTapId() });
}

function unlinkOther(actor: Actor, account: string, surface: string) {
  return world.desk.unlink({ actor, surface, tapId: newTapId(), account });
}

async function accountsOf(actor: Actor, approverId?: ApproverId): Promise<readonly string[]> {
  const wish = approverId === undefined ? { actor } : { actor, approver: approverId };
  const answer = await world.desk.accounts(wish);
  if (answer.kind !== 'seen') throw new Error(`expected accounts, got ${answer.kind}`);
  return answer.value.map(nameOf);
}

function nameOf({ channel, workspace, subject }: Pick<ChatUser, 'channel' | 'workspace' | 'subject'>): string {
  return `${channel}:${workspace}:${subject}`;
}

async function approversOf(actor: ChatUser) {
  const answer = await world.desk.who(actor);
  return answer.kind === 'seen' ? answer.value.approvers : answer;
}

function roomy() {
  return uncapped({
    sites: [site(STG, { approvers: [ANA, BO] }), site(DEV, { approvers: [BO], notifiers: ['talk'] as never })],
    approvers: [approver(ANA, { talk: 'ana' }), approver(BO, { talk: 'bo' })],
  });
}
