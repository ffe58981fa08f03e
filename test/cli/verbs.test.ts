/** The verbs against an admin plane on a real socket: what they send. */
import { describe, expect, test } from '@jest/globals';
import { admin, gate, startAdmin, text } from '../fixtures/processes/cli-at-admin.js';

startAdmin();

describe('every verb is sent by its name with its arguments by theirs, in the name of the operator', () => {
  test.each([
    [['pending'], 'pending', {}],
    [['pending', 'stg.example.org'], 'pending', { site: 'stg.example.org' }],
    [['show', '4k2m'], 'show', { id: '4k2m' }],
    [['approve', '4k2m'], 'approve', { id: '4k2m' }],
    [['approve', '4k2m', '--for', '8h'], 'approve', { id: '4k2m', for: '8h' }],
    [['approve', '4k2m', '--for', '8 h'], 'approve', { id: '4k2m', for: '8h' }],
    [['approve', '4k2m', 'for', '8h'], 'approve', { id: '4k2m', for: '8h' }],
    [['approve', '4k2m', 'For', '8', 'h', '--as', 'ada'], 'approve', { id: '4k2m', for: '8h' }],
    [['deny', '4k2m'], 'deny', { id: '4k2m' }],
    [['deny', '2r04', 'because', 'not', 'from', 'us'], 'deny', { id: '2r04', because: 'not from us' }],
    [['deny', '2r04', 'telling', 'ask by mail'], 'deny', { id: '2r04', telling: 'ask by mail' }],
    [
      ['grant', '192.0.2.7', 'stg.example.org', 'for', '1d'],
      'grant',
      { address: '192.0.2.7', site: 'stg.example.org', for: '1d' },
    ],
    [['extend', '4k2m', 'for', '2d'], 'extend', { id: '4k2m', for: '2d' }],
    [['mute', 'stg.example.org', 'for', '30m'], 'mute', { what: 'stg.example.org', for: '30m' }],
    [['deny', '4k2m', '--because', ' a  "scanner" '], 'deny', { id: '4k2m', because: 'a  "scanner"' }],
    [['deny', '4k2m', '--telling', 'ask by mail'], 'deny', { id: '4k2m', telling: 'ask by mail' }],
    [['pending', '--page', '2'], 'pending', { page: '2' }],
    [['grants', 'stg.example.org', '--page', '3'], 'grants', { site: 'stg.example.org', page: '3' }],
    [['history', '--page', '1'], 'history', { page: '1' }],
    [['grants'], 'grants', {}],
    [['grants', 'stg.example.org'], 'grants', { site: 'stg.example.org' }],
    [['grant', '192.0.2.7', 'stg.example.org'], 'grant', { address: '192.0.2.7', site: 'stg.example.org' }],
    [
      ['grant', '2001:db8::1', 'stg.example.org', '--for', '1d'],
      'grant',
      { address: '2001:db8::1', site: 'stg.example.org', for: '1d' },
    ],
    [['revoke', '17'], 'revoke', { what: '17' }],
    [['revoke', '4k2m'], 'revoke', { what: '4k2m' }],
    [['extend', '4k2m'], 'extend', { id: '4k2m' }],
    [['extend', '4k2m', '--for', '2 d'], 'extend', { id: '4k2m', for: '2d' }],
    [['mute', 'stg.example.org'], 'mute', { what: 'stg.example.org' }],
    [['mute', '192.0.2.7', '--for', '30m'], 'mute', { what: '192.0.2.7', for: '30m' }],
    [['unmute', '192.0.2.7'], 'unmute', { what: '192.0.2.7' }],
    [['who'], 'who', {}],
    [['accounts'], 'accounts', {}],
    [['accounts', 'rpm@koder.dev', '--page', '2'], 'accounts', { approver: 'rpm@koder.dev', page: '2' }],
    [['unlink', 'slack:T024BE7LD:U061F7AUR'], 'unlink', { account: 'slack:T024BE7LD:U061F7AUR' }],
    [
      ['unlink', 'talk:embedded:rpm', 'rpm@koder.dev'],
      'unlink',
      { account: 'talk:embedded:rpm', approver: 'rpm@koder.dev' },
    ],
    [['drill'], 'drill', {}],
    [['history', 'stg.example.org'], 'history', { site: 'stg.example.org' }],
  ])('gate %j', async (words, verb, args) => {
    admin.answer(200, text(true, ['Done.']));

    const { code, out } = await gate(...words);

    expect({ code, out }).toEqual({ code: 0, out: 'Done.\n' });
    expect(admin.calls).toEqual([
      { call: 'POST /v1/commands', body: { verb, args, operator: 'ada' }, host: `127.0.0.1:${String(admin.port)}` },
    ]);
  });

  test('or of whom --as names', async () => {
    admin.answer(200, text(true, ['Done.']));

    await gate('deny', '4k2m', '--as', 'grace');

    expect(admin.calls[0]?.body).toEqual({ verb: 'deny', args: { id: '4k2m' }, operator: 'grace' });
  });
});

describe('wrong usage is told and ends with 2, and nothing is sent', () => {
  test.each([
    [['approve']],
    [['approve', '4k2m', '--for', 'soon']],
    [['approve', '4k2m', '--for', '0h']],
    [['approve', '4k2m for 30d']],
    [['deny', '4k2m\napprove 5abc']],
    [['deny', '4k2m', '--as', 'two words']],
    [['grant', '192.0.2.7']],
    [['approve', '4k2m', 'for']],
    [['approve', '4k2m', 'for', 'soon']],
    [['approve', '4k2m', 'because', 'why not']],
    [['approve', '4k2m', 'toString', '8h']],
    [['approve', '4k2m', 'for', '8h', '--for', '2h']],
    [['deny', '4k2m', 'because']],
    [['deny', '4k2m', 'not', 'from', 'us']],
    [['deny', '4k2m', 'because', 'a', '--telling', 'b']],
    [['deny', '4k2m', '--because', ' ']],
    [['deny', '4k2m', '--because', 'two\nlines']],
    [['deny', '4k2m', '--because', 'a', '--telling', 'b']],
    [['extend', '4k2m', '--for', 'soon']],
    [['mute']],
    [['unmute', 'two words']],
    [['pending', '--page', '0']],
    [['pending', '--page', '1 for 8h']],
    [['link']],
    [['unlink']],
    [['pendign']],
    [['pending', '--yaml']],
    [[]],
  ])('gate %j', async (words) => {
    const { code, out, err } = await gate(...words);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
    expect(admin.calls).toEqual([]);
  });
});
