/** What is said of chat accounts: who, link, unlink, accounts. */
import { describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/approval/request.js';
import { ANA, BO, chat, DEV, OPERATOR, PUBLIC_URL, STG } from '../fixtures/desk/desk.js';
import { fixture, oneDesk } from '../fixtures/desk/one-desk.js';
import { linesOf, roomy, run, tableOf } from '../fixtures/commands/typing.js';

oneDesk(roomy);

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
    await fixture.desk.link({ code, approver: ANA });

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
    await fixture.desk.link({ code, approver: ANA });

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
    await fixture.desk.link({ code, approver: BO });
    const before = fixture.directory();
    fixture.setDirectory({ ...before, approvers: new Map([...before.approvers].filter(([id]) => id !== BO)) });

    const listed = tableOf(await run(`accounts ${BO}`));
    fixture.setDirectory(before);

    expect(listed.rows[0]?.[2]).toBe(`${BO}, who is not in sites.toml: for nobody`);
    expect(linesOf(await run('accounts nobody@example.org'))[0]).toContain('No approver is called');
  });

  test('is shown by help in a chat alone', async () => {
    const verbsFor = async (actor: Actor) => tableOf(await run('help', actor)).rows.map(([usage]) => usage);

    expect(await verbsFor(chat('ana'))).toContain('link');
    expect(await verbsFor(OPERATOR)).not.toContain('link');
  });
});

test('a site that a bound account may know is named where it was mistyped; none to who only says to be bound', async () => {
  const bound = chat('U9', 'slack');
  const code = linesOf(await run('link', bound, 'slack'))[0]?.split(': ')[1] ?? '';
  await fixture.desk.link({ code, approver: ANA });
  const pretender = { ...chat('ana'), linked: [BO] };

  expect(linesOf(await run('pending stgg.example.org', bound, 'slack'))[0]).toContain(`Did you mean ${STG}?`);
  expect(linesOf(await run('pending devv.example.org', pretender, 'talk'))[0]).not.toContain(DEV);
});
