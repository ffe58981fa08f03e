/** How taps and lines come in from a Talk server, and every answer in words. The shared suite asks about forgery. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { guarded } from '../contract/guarded.js';
import type { InboundDoors } from '../../src/contract/inbound.js';
import type { RequestId } from '../../src/approval/brand.js';
import type { Decision, RequestRecord } from '../../src/approval/request.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { sign } from '../../src/base/standard-webhooks.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { CommandAnswer, CommandCall } from '../../src/contract/commands.js';
import type { Tap, TapAnswer } from '../../src/contract/desk.js';
import { keyOf, serveOnLoopback, SIGNING_SECRETS, type LoopbackServer } from '../fakes/talk.js';
import { openTalkAt, talkSeams } from './talk-scene.js';

const TOKEN = '0123456789abcdef0123456789abcdef';
const request = { id: '4k2m' as RequestId, host: 'stg.example.org' } as RequestRecord;
const decision: Decision = { outcome: 'approved', by: 'bob@example.org', over: 'page', atMs: 0, grantedUntilMs: null };

let taps: Tap[];
let lines: CommandCall[];
let decide: () => Promise<TapAnswer>;
let run: () => Promise<CommandAnswer>;
let channel: OpenChannel;
let server: LoopbackServer;

beforeEach(async () => {
  taps = [];
  lines = [];
  decide = () => Promise.resolve({ kind: 'decided', request, decision });
  run = () => Promise.resolve({ kind: 'text', isOk: true, lines: ['Nothing is pending.'], data: null });
  await listen(systemClock());
});
afterEach(stop);

const unasked = {
  pending: () => Promise.reject(new Error('nothing is listed here')),
  grants: () => Promise.reject(new Error('nothing is listed here')),
};

async function listen(clock: Clock): Promise<void> {
  channel = await openTalkAt('https://talk.example.org/api', talkSeams({ clock }));
  if (channel.inbound?.kind !== 'called') throw new Error('talk is called');
  const doors: InboundDoors = {
    desk: {
      ...unasked,
      decide(tap) {
        taps.push(tap);
        return decide();
      },
    },
    commands: {
      run(call) {
        lines.push(call);
        return run();
      },
    },
  };
  const app = express().use(channel.inbound.path, guarded(channel.inbound, doors, talkSeams({ clock })));
  server = await serveOnLoopback((incoming, response) => void app(incoming, response));
}

async function stop(): Promise<void> {
  await server.close();
  await channel.stop();
}

async function tell(event: unknown, id = 'tap_1'): Promise<{ status: number; json: Record<string, unknown> }> {
  const body = Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event));
  const headers = { ...sign(keyOf(SIGNING_SECRETS[0]), { id, atMs: systemClock().nowMs(), body }) };
  const url = `http://127.0.0.1:${String(server.port)}/talk/events`;
  const response = await fetch(url, { method: 'POST', headers, body: Uint8Array.from(body) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

const who = { workspace: 'embedded', user: 'ada@example.org' };
const action = { type: 'action', ...who, message: 'm1', verb: 'approve', data: { token: TOKEN } };

describe('a tap', () => {
  test('reaches the desk with its own id and whom Talk says taps; the token only says which request', async () => {
    await tell({ ...action, data: { token: TOKEN, actor: 'mallory', ttlSeconds: 9e9 } }, 'tap_77');

    expect(taps).toEqual([
      {
        id: 'tap_77',
        verdict: 'approve',
        ref: { by: 'token', token: TOKEN },
        actor: { kind: 'chat', channel: 'talk', workspace: 'embedded', subject: 'ada@example.org' },
        surface: 'talk',
      },
    ]);
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

    expect(taps.map(({ id }) => id)).toEqual(['tap_1', 'tap_1']);
  });

  const answers: readonly (readonly [TapAnswer, boolean, string])[] = [
    [{ kind: 'decided', request, decision }, true, 'Approved.'],
    [{ kind: 'decided', request, decision: { ...decision, outcome: 'denied' } }, true, 'Denied.'],
    [{ kind: 'already', request, decision }, false, 'Already approved by bob@example.org over the confirm page'],
    [{ kind: 'expired', request, decision: { ...decision, outcome: 'expired' } }, false, 'not a refusal'],
    [{ kind: 'unknown' }, false, 'no such request'],
    [{ kind: 'ambiguous', ids: ['4k2m', '4k2x'] as RequestId[] }, false, '4k2m, 4k2x'],
    [{ kind: 'forbidden', why: 'not_an_approver_of_this_site' }, false, 'not an approver of this site'],
    [{ kind: 'forbidden', why: 'chat_user_not_linked' }, false, 'no approver is known by this chat account'],
    [{ kind: 'forbidden', why: 'chat_user_linked_to_several' }, false, 'several approvers'],
    [{ kind: 'unavailable' }, false, 'Nothing changed'],
  ];

  test.each(answers)('%j is said in words', async (answer, isOk, words) => {
    decide = () => Promise.resolve(answer);

    const said = await tell(action);

    expect(said).toEqual({ status: 200, json: { isOk, text: expect.stringContaining(words) } });
  });

  test('that the desk does not answer in time is answered all the same, and claims nothing', async () => {
    await stop();
    // A clock whose timers fire at once: 1.8 s have passed.
    await listen({ ...systemClock(), after: (_ms, callback) => systemClock().after(0, callback) });
    decide = () => new Promise(() => undefined);

    const said = await tell(action);

    expect(said.json).toEqual({ isOk: false, text: expect.stringContaining('did not answer in time') });
  });

  test('that runs into a bug is answered, and no reason leaks', async () => {
    decide = () => Promise.reject(new Error('secret detail'));

    const said = await tell(action);

    expect(said.status).toBe(200);
    expect(JSON.stringify(said.json)).not.toContain('secret detail');
  });
});

test('a tap on Revoke is the command, so that it is judged and answered as one that is typed', async () => {
  const tap = { ...action, verb: 'revoke', data: { request: '4k2m7w9x3c5v8b1n6q0z' } };

  await tell(tap, 'tap_9');

  const actor = { kind: 'chat', channel: 'talk', workspace: 'embedded', subject: 'ada@example.org' };
  expect(lines).toEqual([{ line: 'revoke 4k2m7w9x3c5v8b1n6q0z', tapId: 'tap_9', actor, surface: 'talk' }]);
  expect(taps).toEqual([]);
});

describe('a line', () => {
  test('goes to the command room without its first word', async () => {
    await tell({ type: 'text', ...who, text: '  /gate approve 4k2m for 8h ' }, 'line_1');

    const actor = { kind: 'chat', channel: 'talk', workspace: 'embedded', subject: 'ada@example.org' };
    expect(lines).toEqual([{ line: 'approve 4k2m for 8h', actor, surface: 'talk', tapId: 'line_1' }]);
  });

  test('“/gate” alone asks for help', async () => {
    await tell({ type: 'text', ...who, text: '/gate' });

    expect(lines[0]?.line).toBe('help');
  });

  test('of small talk, or of another command, runs nothing', async () => {
    for (const text of ['hello', '/gatekeeper approve 4k2m', 'please /gate approve 4k2m']) {
      expect((await tell({ type: 'text', ...who, text })).json).toMatchObject({ isOk: false });
    }
    expect(lines).toEqual([]);
  });

  test('answered with a table is lines; a visitor’s text in it cannot begin a line of its own', async () => {
    const rows = [
      ['4k2m', 'stg.example.org', '/a\nApproved by everybody'],
      ['9x3c', '', '/b'],
    ];
    run = () =>
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
    run = () =>
      Promise.resolve({
        kind: 'table',
        title: '90 requests are pending, page 1 of 2',
        columns: ['path'],
        rows: Array.from({ length: 60 }, () => ['x'.repeat(400)]),
        more: 'pending stg.example.org page 2',
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
    run = () =>
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
    run = () =>
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
    expect([taps, lines]).toEqual([[], []]);
  });

  test('more than 256 kB is too large, whatever the signature', async () => {
    expect((await tell(Buffer.alloc(262_145, 0x20))).status).toBe(413);
    expect(taps).toEqual([]);
  });
});
