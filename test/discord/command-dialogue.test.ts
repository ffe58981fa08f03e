/** Commands in Discord, through both ways in: what is answered, and to what typing is completed. */
import { expect, test } from '@jest/globals';
import { APPROVER as RPM } from '../fixtures/delivery/delivery.js';
import { person } from '../fakes/discord-people.js';
import {
  approver,
  asked,
  decisionOf,
  fixture,
  GUILD,
  overBothWays,
  privately,
  stranger,
} from '../fixtures/channels/discord-conversation.js';

overBothWays(() => {
  test('an account that was bound in direct messages decides in a server, and one unlink ends both', async () => {
    const id = '80351110224679999';
    const inPrivate = person(fixture.fake, { subject: id, workspace: '' }, fixture.wayIn);
    const inServer = person(fixture.fake, { subject: id, workspace: GUILD }, fixture.wayIn);
    const [first, second] = [await asked(), await asked()];
    const said = await inPrivate.type('link');
    const code = /Your code: (\S+)/.exec(said.kind === 'message' ? said.text : '')?.[1] ?? '';
    await fixture.desk.link({ code, approver: RPM });

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

  test('a stranger who types on and on is completed from nothing, and is written down once', async () => {
    const before = await refusalRows();

    for (let typed = 0; typed < 30; typed += 1) await stranger.complete('approve', 'id', 'a'.repeat(typed));

    expect(await refusalRows()).toBe(before + 1);

    async function refusalRows(): Promise<number> {
      const rows = await fixture.gateFixture.ledger.audit.recent(1_000);
      return rows.filter(({ who, what }) => what === 'forbidden' && who.endsWith(':stranger')).length;
    }
  });

  test('a half-typed id is completed from what the caller may see, and from nothing for a stranger', async () => {
    const { request } = await asked();

    const mine = await approver.complete('approve', 'id', request.id.slice(0, 2));
    const theirs = await stranger.complete('approve', 'id', '');
    const verbs = await approver.complete('help', 'verb', 'app');

    expect(mine).toMatchObject({ kind: 'choices', choices: [{ value: request.id.slice(0, 6) }] });
    expect(theirs).toEqual({ kind: 'choices', choices: [] });
    expect(verbs).toEqual({ kind: 'choices', choices: [{ name: 'approve', value: 'approve' }] });
  });

  test('a grant is completed by what is typed of it: for revoke by number, for extend by request', async () => {
    const { request, card } = await asked();
    await approver.tap(card, 'Approve');
    const inputs: unknown[] = [];
    fixture.handlers.desk = {
      ...fixture.desk,
      grants(input) {
        inputs.push(input);
        return fixture.desk.grants(input);
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
    for (const input of inputs) expect(input).toMatchObject({ limit: 25 });
  });
});
