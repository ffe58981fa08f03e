/** How taps come in from a Talk server, and every answer in words. The shared suite asks about forgery. */
import { describe, expect, test } from '@jest/globals';
import type { RequestId } from '../../src/approval/brand.js';
import { systemClock } from '../../src/base/time/clock.js';
import type { TapAnswer } from '../../src/approval/tap-answer.js';
import {
  behind,
  commands,
  decision,
  listen,
  listenToTalk,
  request,
  stop,
  taps,
  tell,
  who,
} from '../fixtures/channels/talk-inbound.js';

const TOKEN = '0123456789abcdef0123456789abcdef';

const action = { type: 'action', ...who, message: 'm1', verb: 'approve', data: { token: TOKEN } };

listenToTalk();

describe('a tap', () => {
  test('reaches the desk with its own id and whom Talk says taps; the token only says which request', async () => {
    await tell({ ...action, data: { token: TOKEN, actor: 'mallory', ttlSeconds: 9e9 } }, 'tap_77');

    expect(taps).toEqual([
      {
        tapId: 'tap_77',
        verdict: 'approve',
        ref: { by: 'token', token: TOKEN },
        actor: { kind: 'chat', channel: 'talk', workspace: 'embedded', subject: 'ada@example.org' },
        surface: 'talk',
      },
    ]);
  });

  test.each([true, false])('says by how many factors its session was begun, where Talk knows: %j', async (second) => {
    await tell({ ...action, second_factor: second });
    await tell({ type: 'text', ...who, text: '/gate approve 4k2m', second_factor: second });

    expect(taps).toMatchObject([{ actor: { subject: who.user, isWithASecond: second } }]);
    expect(commands).toMatchObject([{ actor: { subject: who.user, isWithASecond: second } }]);
  });

  test('may ask for a shorter time than the site gives', async () => {
    await tell({ ...action, data: { token: TOKEN, ttl_seconds: 3_600 } });

    expect(taps).toMatchObject([{ verdict: 'approve', ttlSeconds: 3_600 }]);
  });

  test('on Deny carries the reason, and whether the visitor may read it', async () => {
    const data = { token: TOKEN, reason: ' Frozen until Monday. ', share: 'true' };
    await tell({ ...action, verb: 'deny', data });

    expect(taps).toMatchObject([{ verdict: 'deny', denial: { reason: 'Frozen until Monday.', isShared: true } }]);
  });

  test.each([{}, { reason: '', share: 'false' }, { reason: '  \n', share: 'true' }])(
    'on Deny without a reason gives none: %j',
    async (said) => {
      await tell({ ...action, verb: 'deny', data: { token: TOKEN, ...said } });

      expect(taps).toMatchObject([{ verdict: 'deny' }]);
      expect(taps[0]).not.toHaveProperty('denial');
    },
  );

  test('redelivered carries the same id, so that the desk knows it again', async () => {
    await tell(action, 'tap_1');
    await tell(action, 'tap_1');

    expect(taps.map(({ tapId }) => tapId)).toEqual(['tap_1', 'tap_1']);
  });

  const answers: readonly (readonly [TapAnswer, boolean, string])[] = [
    [{ kind: 'decided', request, decision }, true, 'Approved.'],
    [{ kind: 'decided', request, decision: { ...decision, outcome: 'denied' } }, true, 'Denied.'],
    [{ kind: 'already', request, decision }, false, 'Already approved by bob@example.org over the confirm page'],
    [{ kind: 'already', request, decision, pressed: { verdict: 'approve', isOwn: true } }, true, 'That was you'],
    [
      { kind: 'already', request, decision, pressed: { verdict: 'deny', isOwn: true } },
      false,
      'Your Deny did not count',
    ],
    [{ kind: 'already', request, decision, pressed: { verdict: 'approve', isOwn: false } }, false, 'did not count'],
    [{ kind: 'expired', request, decision: { ...decision, outcome: 'expired' } }, false, 'not a refusal'],
    [{ kind: 'unknown' }, false, 'no such request'],
    [{ kind: 'ambiguous', ids: ['4k2m', '4k2x'] as RequestId[] }, false, '4k2m, 4k2x'],
    [{ kind: 'forbidden', why: 'not_an_approver_of_this_site' }, false, 'not an approver of this site'],
    [{ kind: 'forbidden', why: 'chat_user_not_linked' }, false, 'no approver is known by this chat account'],
    [{ kind: 'forbidden', why: 'chat_user_linked_to_several' }, false, 'several approvers'],
    [{ kind: 'unavailable' }, false, 'Nothing changed'],
  ];

  test.each(answers)('%j is said in words', async (answer, isOk, words) => {
    behind.decide = () => Promise.resolve(answer);

    const said = await tell(action);

    expect(said).toEqual({ status: 200, json: { isOk, text: expect.stringContaining(words) } });
  });

  test('that the desk does not answer in time is answered all the same, and claims nothing', async () => {
    await stop();
    // A clock whose timers fire at once: 1.8 s have passed.
    await listen({ ...systemClock(), after: (_ms, callback) => systemClock().after(0, callback) });
    behind.decide = () => new Promise(() => undefined);

    const said = await tell(action);

    expect(said.json).toEqual({ isOk: false, text: expect.stringContaining('did not answer in time') });
  });

  test('that runs into a bug is answered, and no reason leaks', async () => {
    behind.decide = () => Promise.reject(new Error('secret detail'));

    const said = await tell(action);

    expect(said.status).toBe(200);
    expect(JSON.stringify(said.json)).not.toContain('secret detail');
  });
});

test('a tap on Revoke is the command, so that it is judged and answered as one that is typed', async () => {
  const tap = { ...action, verb: 'revoke', data: { request: '4k2m7w9x3c5v8b1n6q0z' } };

  await tell(tap, 'tap_9');

  const actor = { kind: 'chat', channel: 'talk', workspace: 'embedded', subject: 'ada@example.org' };
  expect(commands).toEqual([
    { verb: 'revoke', args: { what: '4k2m7w9x3c5v8b1n6q0z' }, tapId: 'tap_9', actor, surface: 'talk' },
  ]);
  expect(taps).toEqual([]);
});

describe('a genuine call that makes no sense', () => {
  test.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a list', [action]],
    ['another type', { ...action, type: 'reaction' }],
    ['another verb', { ...action, verb: 'grant' }],
    ['no user', { ...action, user: '' }],
    ['no token', { ...action, data: {} }],
    ['a token that is none', { ...action, data: { token: TOKEN.toUpperCase() } }],
    ['a token in a list', { ...action, data: { token: [TOKEN] } }],
    ['a duration that is none', { ...action, data: { token: TOKEN, ttl_seconds: '3600' } }],
    ['a duration below a second', { ...action, data: { token: TOKEN, ttl_seconds: 0.5 } }],
    ['a duration beyond a year', { ...action, data: { token: TOKEN, ttl_seconds: 31_536_001 } }],
    ['a reason that is no text', { ...action, verb: 'deny', data: { token: TOKEN, reason: ['x'] } }],
    ['a reason beyond all measure', { ...action, verb: 'deny', data: { token: TOKEN, reason: 'x'.repeat(2_001) } }],
    ['a toggle that is neither', { ...action, verb: 'deny', data: { token: TOKEN, reason: 'x', share: true } }],
    ['no data', { ...action, data: null }],
    ['a revocation of nothing', { ...action, verb: 'revoke', data: { token: TOKEN } }],
    ['a revocation of an address', { ...action, verb: 'revoke', data: { request: '203.0.113.7' } }],
    ['a workspace that could be read as a workspace and a handle', { ...action, workspace: 'acme:rpm' }],
    ['a user that could be read as another workspace’s', { ...action, user: 'acme:rpm' }],
    ['a user with a space', { ...action, user: 'r pm' }],
    ['a line beyond all measure', { type: 'text', ...who, text: 'x'.repeat(2_001) }],
  ])('%s is malformed and does nothing', async (_name, event) => {
    const { status } = await tell(event);

    expect(status).toBe(400);
    expect([taps, commands]).toEqual([[], []]);
  });

  test('more than 256 kB is too large, whatever the signature', async () => {
    expect((await tell(Buffer.alloc(262_145, 0x20))).status).toBe(413);
    expect(taps).toEqual([]);
  });
});
