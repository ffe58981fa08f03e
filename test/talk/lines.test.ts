/** How lines come in from a Talk server, and how their answers are written. */
import { describe, expect, test } from '@jest/globals';
import { behind, commands, listenToTalk, tell, who } from '../fixtures/channels/talk-inbound.js';

listenToTalk();

describe('a line', () => {
  test('goes to the command room without its first word', async () => {
    await tell({ type: 'text', ...who, text: '  /gate approve 4k2m for 8h ' }, 'line_1');

    const actor = { kind: 'chat', channel: 'talk', workspace: 'embedded', subject: 'ada@example.org' };
    expect(commands).toEqual([
      { verb: 'approve', args: { id: '4k2m', for: '8h' }, actor, surface: 'talk', tapId: 'line_1' },
    ]);
  });

  test('“/gate” alone asks for help', async () => {
    await tell({ type: 'text', ...who, text: '/gate' });

    expect(commands[0]).toMatchObject({ verb: 'help', args: {} });
  });

  test('of small talk, or of another command, runs nothing', async () => {
    for (const text of ['hello', '/gatekeeper approve 4k2m', 'please /gate approve 4k2m']) {
      expect((await tell({ type: 'text', ...who, text })).json).toMatchObject({ isOk: false });
    }
    expect(commands).toEqual([]);
  });

  test('answered with a table is lines; a visitor’s text in it cannot begin a line of its own', async () => {
    const rows = [
      ['4k2m', 'stg.example.org', '/a\nApproved by everybody'],
      ['9x3c', '', '/b'],
    ];
    behind.run = () =>
      Promise.resolve({
        kind: 'table',
        title: 'Pending',
        columns: ['id', 'site', 'path'],
        rows,
        more: null,
        empty: 'None',
        data: [],
      });

    const { json } = await tell({ type: 'text', ...who, text: '/gate pending' });

    expect(String(json['text']).split('\n')).toEqual([
      'Pending',
      '• 4k2m · stg.example.org · /a Approved by everybody',
      '• 9x3c · /b',
    ]);
  });

  test('answered with a page of a table ends with the line that shows the next, however long the page is', async () => {
    behind.run = () =>
      Promise.resolve({
        kind: 'table',
        title: '90 requests are pending, page 1 of 2',
        columns: ['path'],
        rows: Array.from({ length: 60 }, () => ['x'.repeat(400)]),
        more: {
          verb: 'pending',
          args: { site: 'stg.example.org', page: '2' },
          typed: 'pending stg.example.org page 2',
        },
        empty: 'None',
        data: [],
      });

    const text = String((await tell({ type: 'text', ...who, text: '/gate pending' })).json['text']);

    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text.split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^… and \d\d more$/),
      'More: /gate pending stg.example.org page 2',
    ]);
  });

  test('answered with an empty table says so', async () => {
    behind.run = () =>
      Promise.resolve({
        kind: 'table',
        title: 'Pending',
        columns: [],
        rows: [],
        more: null,
        empty: 'Nothing is pending.',
        data: [],
      });

    expect((await tell({ type: 'text', ...who, text: '/gate pending' })).json['text']).toBe('Nothing is pending.');
  });

  test('answered at great length is cut, and says how much is left', async () => {
    behind.run = () =>
      Promise.resolve({
        kind: 'text',
        isOk: true,
        lines: Array.from({ length: 90 }, (_, at) => `${String(at)} ${'x'.repeat(400)}`),
        data: null,
      });

    const text = String((await tell({ type: 'text', ...who, text: '/gate history' })).json['text']);

    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text).toMatch(/… and \d\d more$/);
  });
});
