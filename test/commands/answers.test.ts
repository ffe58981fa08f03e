/** What the verbs of a longer conversation say: reasons, extensions, mutes, who, link, drill; and how cards stand. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/approval/request.js';
import { utcMinute } from '../../src/approval/sentences.js';
import type { CommandAnswer } from '../../src/contract/commands.js';
import type { DeliveryRecord } from '../../src/contract/ledger.js';
import { cardLines } from '../../src/commands/cards.js';
import { requestRecord } from '../approval/request-record.js';
import { site } from '../desk/directory.js';
import {
  ANA,
  as,
  BO,
  chat,
  DEV,
  opened,
  openWorld,
  OPERATOR,
  PUBLIC_URL,
  someone,
  STG,
  type World,
} from '../desk/world.js';
import { callOf, commandsOf, linesOf, roomy, tableOf } from './typing.js';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

beforeEach(() => {
  world.setDirectory(roomy());
});

afterAll(() => world.close());

describe('a denial', () => {
  test.each([
    ['because', false, 'Reason (for approvers alone): it “looks” like  a bot'],
    ['telling', true, 'Reason (the visitor reads it, too): it “looks” like  a bot'],
  ])('%s … says who reads the reason, and keeps it as typed', async (word, isShared, line) => {
    const request = await opened(world);

    const answer = await run(`deny ${request.id} ${word} it “looks” like  a bot`, chat('ana'), 'talk');

    expect(linesOf(answer)).toEqual([`Denied. ${request.address} may not visit ${STG}.`, line]);
    const decision = (await world.ledger.requests.byId(request.id))?.decision;
    expect(decision?.denial).toEqual({ reason: 'it “looks” like  a bot', isShared });
  });

  test('that says because and no more is asked to say it, and denies nothing', async () => {
    const request = await opened(world);

    expect(await run(`deny ${request.id} because`)).toMatchObject({ isOk: false, data: { error: 'usage' } });
    expect((await world.ledger.requests.byId(request.id))?.decision).toBeNull();
  });
});

describe('show', () => {
  test('tells the reason, and who ended what was granted', async () => {
    const [denied, revoked] = [await opened(world), await opened(world)];
    await run(`deny ${denied.id} telling ask by mail`, as(BO), 'page');
    await run(`approve ${revoked.id}`, as(ANA), 'page');
    await run(`revoke ${revoked.id}`, as(BO), 'page');

    const [ofDenied, ofRevoked] = [await run(`show ${denied.id}`), await run(`show ${revoked.id}`)];

    expect(linesOf(ofDenied)).toContain('Reason (the visitor reads it, too): ask by mail');
    expect(ofDenied.data).toMatchObject({ decision: { reason: 'ask by mail', isReasonShared: true } });
    expect(linesOf(ofRevoked)).toContain(`Revoked by ${BO}`);
    expect(ofRevoked.data).toMatchObject({ decision: { outcome: 'approved', revokedBy: BO } });
  });

  test('lists whom the request was put before, over what, and how that stands; addresses stay where they are', async () => {
    world.setDirectory(roomy([site(STG, { approvers: [ANA, BO], notifiers: ['talk'] as never })]));
    const request = await opened(world);

    const answer = await run(`show ${request.id}`, chat('ana'), 'talk');

    const cards = linesOf(answer).filter((line) => line.startsWith('Card: '));
    expect(cards).toHaveLength(2);
    expect(cards.join('\n')).toMatch(new RegExp(`^Card: ${ANA} over Talk: (is being sent|waits to be sent)$`, 'm'));
    expect(answer.data).toMatchObject({ cards: [{ channel: 'talk' }, { channel: 'talk' }] });
    expect(JSON.stringify(answer.data)).not.toContain('"address":"ana"');
  });

  test('tells a card that reached nobody from a request that nobody answered', async () => {
    world.setDirectory(roomy([site(STG, { approvers: [ANA], notifiers: ['talk'] as never })]));
    const request = await opened(world);
    for (const claim of world.taken.filter((taken) => taken.request.id === request.id)) {
      const { deliveryId, claimToken, attemptId } = claim;
      const closing = { deliveryId, claimToken, attemptId, tookMs: 5, kind: 'failed' } as const;
      await world.ledger.deliveries.close([{ ...closing, scope: 'recipient', reason: 'http_404' }]);
    }

    const lines = linesOf(await run(`show ${request.id}`));

    expect(lines).toContain('Status: pending; no card could be delivered, so nobody was asked');
    expect(lines).toContain(`Card: ${ANA} over Talk: not delivered (http_404)`);
  });
});

test('cards are named by whom they are for: an approver, a room, a consumer’s approver, a producer', () => {
  const delivery = (facts: Partial<DeliveryRecord>): DeliveryRecord => ({
    deliveryId: 'd',
    requestId: requestRecord({}).id,
    channel: 'slack' as never,
    carrier: 'slack' as never,
    state: 'sent',
    wantedRevision: 1,
    drawnRevision: 1,
    lastReason: null,
    attempts: 1,
    isMaybeDuplicate: false,
    isCardLost: false,
    recipient: { kind: 'room', address: 'C024BE91L' },
    ...facts,
  });
  const url = 'https://user:secret@example.net/in';

  const lines = cardLines(requestRecord({}), [
    delivery({}),
    delivery({ channel: 'koder_id' as never, recipient: { kind: 'consumer', approver: ANA, url } }),
    delivery({ channel: 'webhook' as never, recipient: { kind: 'callback', producer: 'jet', url } }),
  ]);

  expect(lines).toEqual([
    'Card: the room over Slack: delivered',
    `Card: ${ANA} over Koder Id: delivered`,
    'Callback: jet: delivered',
  ]);
});

test('extend says until when', async () => {
  const request = await opened(world);
  await run(`approve ${request.id} for 1m`);

  const answer = await run(`extend ${request.id.slice(0, 9)} for 2h`, chat('bo'), 'talk');

  const untilMs = (await world.ledger.grants.find(STG, request.address))?.untilMs ?? 0;
  expect(linesOf(answer)).toEqual([`Extended. ${request.address} may visit ${STG} until ${utcMinute(untilMs)}.`]);
  expect(answer.data).toMatchObject({ request: request.id, site: STG });
});

describe('mute and unmute', () => {
  test('say what, where and until when', async () => {
    const address = someone();

    const muted = await run(`mute ${address} for 30m`, as(BO), 'page');
    const unmuted = await run(`unmute ${address}`, as(BO), 'page');

    expect(linesOf(muted)[0]).toMatch(
      new RegExp(`^Muted\\. No cards from ${address} on ${DEV}, ${STG} until .* UTC; who asks is told so\\.$`),
    );
    expect(muted.data).toMatchObject({ sites: [DEV, STG], address, until: expect.stringMatching(/Z$/) });
    expect(linesOf(unmuted)).toEqual([`Cards from ${address} on ${DEV}, ${STG} are sent again.`]);
  });

  test.each([
    ['mute nowhere.example.org', '“nowhere.example.org” is neither a site nor an address.'],
    ['unmute stg.example.org', '“stg.example.org” is not muted.'],
  ])('`%s` is answered “%s”', async (line, words) => {
    expect(linesOf(await run(line))[0]).toContain(words);
  });

  test.each(['mute', 'mute a b', 'unmute', 'mute stg.example.org for ever'])('`%s` mutes nothing', async (line) => {
    expect(await run(line)).toMatchObject({ isOk: false });
    expect(await world.ledger.mutes.live()).toEqual([]);
  });
});

describe('who', () => {
  test.each<[string, Actor, readonly string[]]>([
    ['an operator', OPERATOR, ['You are operator:root.', `You decide for ${STG}, ${DEV}.`]],
    ['an approver', chat('ana'), [`You are ${ANA}.`, `You decide for ${STG}.`]],
    [
      'a stranger',
      chat('eve'),
      ['You are talk:home:eve, and no approver is known by this account. Type link to bind it to one.'],
    ],
  ])('tells %s', async (_who, actor, lines) => {
    expect(linesOf(await run('who', actor, 'talk'))).toEqual(lines);
  });
});

describe('link', () => {
  test('answers a code, where it goes, and what the page will say', async () => {
    const answer = await run('link', chat('U7', 'slack'), 'slack');

    const [code, where, what] = linesOf(answer);
    expect(code).toMatch(/^Your code: [0-9A-Z]{5}-[0-9A-Z]{5}$/);
    expect(where).toBe(`Enter it at ${PUBLIC_URL}/link within 10 min, signed in as yourself. It works once.`);
    expect(what).toContain('slack:home:U7');
  });

  test('and unlink say at the CLI that there is no chat account', async () => {
    for (const line of ['link', 'unlink'])
      expect(linesOf(await run(line))[0]).toMatch(/^There is no chat account here to bind\./);
  });

  test('is undone by unlink, and who says both', async () => {
    const actor = chat('U8', 'slack');
    const code = linesOf(await run('link', actor, 'slack'))[0]?.split(': ')[1] ?? '';
    await world.desk.link({ code, approver: ANA });

    const [bound, undone, after] = [await ask('who'), await ask('unlink'), await ask('who')];

    expect(bound.at(-1)).toBe('This account was bound by link; unlink undoes that.');
    expect(undone).toEqual(['Unlinked. What link did for this account is undone; what sites.toml says stays.']);
    expect(after[0]).toContain('no approver is known by this account');

    async function ask(line: string) {
      return linesOf(await run(line, actor, 'slack'));
    }
  });

  test('leaves an account that accounts lists, and that an operator unlinks by the name it has there', async () => {
    const actor = chat('U10', 'slack');
    const code = linesOf(await run('link', actor, 'slack'))[0]?.split(': ')[1] ?? '';
    await world.desk.link({ code, approver: ANA });

    const listed = tableOf(await run('accounts', actor, 'slack'));
    const [undone, again] = [await run('unlink slack:home:U10'), await run('unlink slack:home:U10')];

    const row = listed.rows.find(([account]) => account === 'slack:home:U10');
    expect(row).toEqual(['slack:home:U10', 'Slack', ANA, expect.stringMatching(/ UTC$/)]);
    expect(listed.data).toContainEqual(
      expect.objectContaining({ account: 'slack:home:U10', workspace: 'home', approver: ANA, isKnown: true }),
    );
    expect(linesOf(undone)).toEqual([
      'Unlinked. What link did for slack:home:U10 is undone; what sites.toml says stays.',
    ]);
    expect(linesOf(again)[0]).toContain('Type accounts to see those that are');
  });

  test('that was done by somebody who has left sites.toml says so in the list', async () => {
    const code = linesOf(await run('link', chat('U11', 'slack'), 'slack'))[0]?.split(': ')[1] ?? '';
    await world.desk.link({ code, approver: BO });
    const before = world.directory();
    world.setDirectory({ ...before, approvers: new Map([...before.approvers].filter(([id]) => id !== BO)) });

    const listed = tableOf(await run(`accounts ${BO}`));
    world.setDirectory(before);

    expect(listed.rows[0]?.[2]).toBe(`${BO}, who is not in sites.toml: for nobody`);
    expect(linesOf(await run('accounts nobody@example.org'))[0]).toContain('No approver is called');
  });

  test('is shown by help in a chat alone', async () => {
    const verbsFor = async (actor: Actor) => tableOf(await run('help', actor)).rows.map(([usage]) => usage);

    expect(await verbsFor(chat('ana'))).toContain('link');
    expect(await verbsFor(OPERATOR)).not.toContain('link');
  });
});

test('drill tells channel by channel what happened and how long it took', async () => {
  const answer = tableOf(await run('drill', as(ANA), 'page'));

  expect(answer.title).toBe('1 of 2 channels failed');
  expect(answer.rows).toEqual([
    ['ok', 'talk', 'delivered and redrawn', '42 ms'],
    ['ill', 'email', 'smtp_550', '12 ms'],
  ]);
});

test('a site that a bound account may know is named where it was mistyped; none to who only says to be bound', async () => {
  const bound = chat('U9', 'slack');
  const code = linesOf(await run('link', bound, 'slack'))[0]?.split(': ')[1] ?? '';
  await world.desk.link({ code, approver: ANA });
  const pretender = { ...chat('ana'), linked: [BO] };

  expect(linesOf(await run('pending stgg.example.org', bound, 'slack'))[0]).toContain(`Did you mean ${STG}?`);
  expect(linesOf(await run('pending devv.example.org', pretender, 'talk'))[0]).not.toContain(DEV);
});

function run(line: string, ...who: [actor?: Actor, surface?: string]): Promise<CommandAnswer> {
  return commandsOf(world).run(callOf(line, ...who));
}
