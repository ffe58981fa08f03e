/** Long lists: ten rows a page over chat, everything at the CLI. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../src/approval/brand.js';
import type { RequestRecord } from '../../src/approval/request.js';
import type { CommandAnswer } from '../../src/contract/commands.js';
import { ANA, as, chat, opened, openFixture, STG, type Fixture } from '../fixtures/desk/desk.js';
import { callOf, commandsOf, linesOf, roomy, tableOf } from '../fixtures/commands/typing.js';

const REQUESTS = 25;

let fixture: Fixture;
/** Newest first; of those that were opened in one millisecond, by their ids. */
let ids: readonly RequestId[] = [];

beforeAll(async () => {
  fixture = await openFixture(roomy());
  const requests: RequestRecord[] = [];
  for (let count = 0; count < REQUESTS; count += 1) requests.push(await opened(fixture));
  requests.sort((one, other) => other.openedAtMs - one.openedAtMs || (one.id < other.id ? 1 : -1));
  ids = requests.map(({ id }) => id);
});

afterAll(() => fixture.close());

describe('over chat', () => {
  test('a list that is long is shown page by page, each row once, each page saying which it is and how to go on', async () => {
    const pages = [];
    for (let line: string | null = `pending ${STG}`; line !== null; line = pages.at(-1)?.more?.typed ?? null)
      pages.push(tableOf(await overTalk(line)));

    expect(pages.map(({ title }) => title)).toEqual([
      '25 requests are pending, page 1 of 3',
      '25 requests are pending, page 2 of 3',
      '25 requests are pending, page 3 of 3',
    ]);
    expect(pages.map(({ more }) => more?.typed ?? null)).toEqual([
      `pending ${STG} page 2`,
      `pending ${STG} page 3`,
      null,
    ]);
    expect(pages.map(({ rows }) => rows.length)).toEqual([10, 10, 5]);
    expect(pages.flatMap(({ data }) => (data as { id: string }[]).map(({ id }) => id))).toEqual(ids);
  });

  test('the rows of a page are as they are in the whole list, so that their ids can be typed', async () => {
    const whole = tableOf(await atCli('pending')).rows.map(([id]) => id);
    const second = tableOf(await overTalk('pending page 2')).rows.map(([id]) => id);

    expect(second).toEqual(whole.slice(10, 20));
  });

  test.each(['grants', 'history'])('%s comes in pages, too', async (verb) => {
    for (const id of ids.slice(0, 11)) {
      const ref = { by: 'id', id } as const;
      await fixture.desk.decide({
        tapId: `tap-${verb}-${id}`,
        verdict: 'approve',
        ref,
        actor: as(ANA),
        surface: 'page',
      });
    }

    const first = tableOf(await overTalk(verb));
    const second = tableOf(await overTalk(first.more?.typed ?? ''));

    expect(first.rows).toHaveLength(10);
    expect(first.more).toEqual({ verb, args: { page: '2' }, typed: `${verb} page 2` });
    expect(second.title).toContain('page 2 of');
    expect(second.rows[0]).not.toEqual(first.rows[0]);
  });

  test('a list that fits is one page without a word about it', async () => {
    const fresh = await openFixture(roomy());
    await opened(fresh);

    const answer = tableOf(await commandsOf(fresh).run(callOf('pending', chat('ana'), 'talk')));

    expect(answer).toMatchObject({ title: '1 request is pending', more: null });
    await fresh.close();
  });
});

describe('at the CLI', () => {
  test('everything is shown at once', async () => {
    const answer = tableOf(await atCli('pending'));

    expect(answer.rows.length).toBeGreaterThan(10);
    expect(answer.title).not.toContain('page');
    expect(answer.more).toBeNull();
  });

  test('a page is shown where one is asked for', async () => {
    const answer = tableOf(await atCli('history PAGE 1'));

    expect(answer.rows).toHaveLength(10);
    expect(answer.more?.typed).toBe('history page 2');
  });
});

describe('a page that is none', () => {
  test.each([
    ['pending page', 'bad_page'],
    ['pending page 0', 'bad_page'],
    ['pending page -1', 'bad_page'],
    ['pending page two', 'bad_page'],
    ['pending page 2 3', 'bad_page'],
    ['pending page 999', 'no_such_page'],
    ['pending stg.example.org page 99', 'no_such_page'],
  ])('`%s` is answered: %s', async (line, error) => {
    expect(await overTalk(line)).toMatchObject({ isOk: false, data: { error } });
  });

  test('is told how many there are', async () => {
    expect(linesOf(await overTalk('history page 99'))[0]).toMatch(/^There is no page 99: the last is page \d+\.$/);
  });
});

function overTalk(line: string): Promise<CommandAnswer> {
  return commandsOf(fixture).run(callOf(line, chat('ana'), 'talk'));
}

function atCli(line: string): Promise<CommandAnswer> {
  return commandsOf(fixture).run(callOf(line));
}
