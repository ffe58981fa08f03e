/**
 * People before Discord, a real desk behind the gate: taps, menus, forms and commands, through both ways in. What they are
 * told is the same, whichever way it took.
 */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Token } from '../../src/approval/brand.js';
import { cardView } from '../../src/approval/card-view.js';
import type { RequestRecord } from '../../src/approval/request.js';
import { TRUSTED } from '../../src/approval/site.js';
import { APPROVER as RPM, ask, closeLedger } from '../delivery/house.js';
import { person, type Person, type Shown } from '../fakes/discord-people.js';
import type { StoredMessage } from '../fakes/discord-state.js';
import { APPROVER, openDialogue, type DialogueScene } from './dialogue-scene.js';
import { noticeOf, notifierOf } from './discord-scene.js';

afterAll(closeLedger);

const GUILD = '1320000000000000001';

describe.each(['http', 'gateway'] as const)('over the %s way in', (way) => {
  let scene: DialogueScene;
  let approver: Person;
  let stranger: Person;

  beforeEach(async () => {
    scene = await openDialogue(way);
    approver = person(scene.fake, { subject: APPROVER, workspace: '' }, scene.wayIn);
    stranger = person(scene.fake, { subject: 'stranger', workspace: GUILD }, scene.wayIn);
  });
  afterEach(() => scene.close());

  /** A request whose card lies before the approver. */
  async function asked(): Promise<{
    readonly request: RequestRecord;
    readonly token: Token;
    readonly card: StoredMessage;
  }> {
    const { request, token } = await ask(scene.desk, { channels: ['discord'] });
    const view = cardView(request, {
      token,
      confirmUrl: `https://gate.example.org/req/${token}`,
      policy: TRUSTED,
      nowMs: Date.now(),
    });
    const recipient = { kind: 'approver', approver: RPM, address: APPROVER } as const;
    await notifierOf(scene.channel).notify(noticeOf(view, { recipient }), AbortSignal.timeout(5_000));
    const card = approver.cards().at(-1);
    if (card === undefined) throw new Error('the card lies there');
    return { request, token, card };
  }

  const decisionOf = async ({ id }: RequestRecord) => (await scene.house.ledger.requests.byId(id))?.decision ?? null;

  test('Approve approves, and the second tap learns who did', async () => {
    const { request, card } = await asked();

    const first = await approver.tap(card, 'Approve');
    const second = await approver.tap(card, 'Approve');

    expect(first).toEqual(privately(/^Approved\. 192\.0\.2\.7 may visit stg\.example\.org until /));
    expect(second).toEqual(privately(/^Already approved by rpm@koder\.dev over Discord/));
    expect(await decisionOf(request)).toMatchObject({ outcome: 'approved', by: 'rpm@koder.dev', over: 'discord' });
  });

  test('the menu approves at once, for as long as was picked', async () => {
    const { request, card } = await asked();

    await approver.pick(card, '1 h');

    const decision = await decisionOf(request);
    expect(decision?.grantedUntilMs).toBe((decision?.atMs ?? 0) + 3_600_000);
  });

  test('Deny opens a form, whose reason is kept, and told to the visitor where the approver says so', async () => {
    const { request, card } = await asked();

    const form = formOf(await approver.tap(card, 'Deny'));
    expect(await decisionOf(request)).toBeNull();
    const answer = await approver.submit(form, { reason: ' A scanner. ', readers: 'Tell the visitor, too' });

    expect(answer).toEqual(privately(/^Denied\./));
    expect(await decisionOf(request)).toMatchObject({
      outcome: 'denied',
      denial: { reason: 'A scanner.', isShared: true },
    });
  });

  test('a form without a reason denies without one, and is private unless said otherwise', async () => {
    const [first, second] = [await asked(), await asked()];

    await approver.submit(formOf(await approver.tap(first.card, 'Deny')), { reason: '  ' });
    await approver.submit(formOf(await approver.tap(second.card, 'Deny')), { reason: 'Not today' });

    expect((await decisionOf(first.request))?.denial).toBeUndefined();
    expect((await decisionOf(second.request))?.denial).toEqual({ reason: 'Not today', isShared: false });
  });

  test('a stranger is refused in private, by button, form and command alike', async () => {
    const { request, card } = await asked();

    const answers = [
      await stranger.tap(card, 'Approve'),
      await stranger.submit(formOf(await stranger.tap(card, 'Deny')), {}),
      await stranger.type('approve', { id: request.id }),
    ];

    for (const answer of answers) expect(answer).toEqual(privately(/no approver is known by this chat account/));
    expect(await decisionOf(request)).toBeNull();
  });

  test('an account that was bound in direct messages decides in a server, and one unlink ends both', async () => {
    const id = '80351110224679999';
    const inPrivate = person(scene.fake, { subject: id, workspace: '' }, scene.wayIn);
    const inServer = person(scene.fake, { subject: id, workspace: GUILD }, scene.wayIn);
    const [first, second] = [await asked(), await asked()];
    const said = await inPrivate.type('link');
    const code = /Your code: (\S+)/.exec(said.kind === 'message' ? said.text : '')?.[1] ?? '';
    await scene.desk.link({ code, approver: RPM });

    const approved = await inServer.type('approve', { id: first.request.id });
    const unlinked = await inServer.type('unlink');
    const refused = await inPrivate.type('approve', { id: second.request.id });

    expect(approved).toEqual(privately(/^Approved\./));
    expect(unlinked).toEqual(privately(/^Unlinked\./));
    expect(refused).toEqual(privately(/no approver is known by this chat account/));
    expect(await decisionOf(second.request)).toBeNull();
  });

  test('commands answer in private, and a typo of an id says so', async () => {
    const { request } = await asked();

    expect(await approver.type('pending')).toEqual(
      privately(new RegExp(`1 request is pending[^]*${request.id.slice(0, 4)}`)),
    );
    expect(await approver.type('approve', { id: request.id.slice(0, 6), for: '1h' })).toEqual(privately(/^Approved\./));
    expect(await approver.type('show', { id: 'zzzz' })).toEqual(privately(/There is no such request/));
    expect(await approver.type('grants')).toEqual(privately(/192\.0\.2\.7/));
  });

  test('Revoke on a decided card ends the grant', async () => {
    const { request, card } = await asked();
    await approver.tap(card, 'Approve');
    const decided = await scene.house.ledger.requests.byId(request.id);
    if (decided === null) throw new Error('it is there');
    const view = cardView(decided, { token: null, confirmUrl: '', policy: TRUSTED, nowMs: Date.now() });
    const receipt = { channel: card.channel, message: card.id };
    await notifierOf(scene.channel).update({ ...noticeOf(view), receipt }, AbortSignal.timeout(5_000));

    const answer = await approver.tap(card, 'Revoke');

    expect(answer).toEqual(privately(/192\.0\.2\.7/));
    expect((await decisionOf(request))?.revocation).toMatchObject({ by: 'rpm@koder.dev' });
  });

  test('a stranger who types on and on is completed from nothing, and is written down once', async () => {
    const before = await refusalRows();

    for (let typed = 0; typed < 30; typed += 1) await stranger.complete('approve', 'id', 'a'.repeat(typed));

    expect(await refusalRows()).toBe(before + 1);

    async function refusalRows(): Promise<number> {
      const rows = await scene.house.ledger.audit.recent(1_000);
      return rows.filter(({ who, what }) => what === 'forbidden' && who.endsWith(':stranger')).length;
    }
  });

  test('a half-typed id is completed from what the caller may see, and from nothing for a stranger', async () => {
    const { request } = await asked();

    const mine = await approver.complete('approve', 'id', request.id.slice(0, 2));
    const theirs = await stranger.complete('approve', 'id', '');
    const verbs = await approver.complete('help', 'verb', 'app');

    expect(mine).toMatchObject({ kind: 'choices', choices: [{ value: request.id.slice(0, 4) }] });
    expect(theirs).toEqual({ kind: 'choices', choices: [] });
    expect(verbs).toEqual({ kind: 'choices', choices: [{ name: 'approve', value: 'approve' }] });
  });

  test('a grant is completed by what is typed of it: for revoke by number, for extend by request', async () => {
    const { request, card } = await asked();
    await approver.tap(card, 'Approve');
    const wishes: unknown[] = [];
    scene.doors.desk = {
      ...scene.desk,
      grants(wish) {
        wishes.push(wish);
        return scene.desk.grants(wish);
      },
    };

    const toRevoke = await approver.complete('revoke', 'what', '192.0.2');
    const toExtend = await approver.complete('extend', 'id', request.id.slice(0, 5).toUpperCase());
    const asShown = await approver.complete('extend', 'id', `${request.id} · stg`);
    const none = await approver.complete('revoke', 'what', '198.51');

    expect(toRevoke).toMatchObject({
      choices: [{ name: expect.stringContaining('192.0.2.7'), value: expect.stringMatching(/^\d+$/) }],
    });
    for (const shown of [toExtend, asShown]) expect(shown).toMatchObject({ choices: [{ value: request.id }] });
    expect(none).toEqual({ kind: 'choices', choices: [] });
    for (const wish of wishes) expect(wish).toMatchObject({ limit: 25 });
  });

  test('a desk that hangs is answered in time: tap again, or no suggestions; the form opens all the same', async () => {
    const { card } = await asked();
    const hangs = (): Promise<never> => new Promise(() => undefined);
    scene.doors.desk = { ...scene.desk, decide: hangs, pending: hangs };

    const answers = await Promise.all([
      approver.tap(card, 'Approve'),
      approver.complete('approve', 'id', ''),
      approver.tap(card, 'Deny'),
    ]);

    expect(answers).toEqual([
      privately(/did not answer in time.*tap again/),
      { kind: 'choices', choices: [] },
      expect.objectContaining({ kind: 'form' }),
    ]);
  });

  test('a command that takes its time is answered all the same, when it is done', async () => {
    const { commands } = scene.doors;
    scene.doors.commands = {
      async run(call) {
        await new Promise((resolve) => setTimeout(resolve, 2_200));
        return commands.run(call);
      },
    };

    expect(await approver.type('grants')).toEqual(privately(/Nobody has been granted anything/));
  });

  test('a bug behind the door is answered, and nothing of it is told', async () => {
    const { card } = await asked();
    scene.doors.desk = { ...scene.desk, decide: () => Promise.reject(new Error('a secret detail')) };

    const answer = await approver.tap(card, 'Approve');

    expect(answer).toEqual(privately(/tap again/));
    expect(JSON.stringify(answer)).not.toContain('secret detail');
  });

  test('a button of another version says what to do instead', async () => {
    const { card } = await asked();
    card.body = {
      ...card.body,
      components: [{ type: 1, components: [{ type: 2, style: 3, label: 'Approve', custom_id: 'gate2:approve:1' }] }],
    };

    expect(await approver.tap(card, 'Approve')).toEqual(privately(/not of this version/));
  });
});

function privately(text: RegExp): unknown {
  return { kind: 'message', text: expect.stringMatching(text), isPrivate: true };
}

function formOf(shown: Shown) {
  if (shown.kind !== 'form') throw new Error(`a form opens: ${JSON.stringify(shown)}`);
  return shown.form;
}
